/** The command line: options in, one line per result out. Nothing native is loaded before a command needs it. */
package dev.reflectionflow.cli;
