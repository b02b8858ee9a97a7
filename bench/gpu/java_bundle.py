"""The Java that bundle.sh packed: finding, unpacking and running it. Nothing here needs PyTorch."""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tarfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MADE_BY = "make it with bench/gpu/bundle.sh on a machine with JDK 17 and Maven"


class Unusable(Exception):
    """Why there is no Java to run, in one line."""


class Failed(Exception):
    """What Java said last."""


class OutOfTime(Exception):
    pass


class Bundle:
    def __init__(self, folder):
        archive = pathlib.Path(os.environ.get("REFLECTIONFLOW_BUNDLE") or ROOT / "bench/target/gpu-java.tar.gz")
        if not archive.is_file():
            raise Unusable(f"no Java: {archive} is missing; {MADE_BY}, and name it in REFLECTIONFLOW_BUNDLE if it lies elsewhere")
        self.bytes = archive.stat().st_size
        self.folder = unpacked(archive, pathlib.Path(folder) / "java")
        # The JNI library is compiled against the header: with another one it would read arguments from wrong places.
        if (self.folder / "engine.h").read_bytes() != (ROOT / "native/include/engine.h").read_bytes():
            raise Unusable(f"{archive} was made for another native/include/engine.h: {MADE_BY}")
        self.version = self._version()
        self._archive = self.folder / "classes.jsa"

    def _version(self):
        try:
            done = subprocess.run([self._java(), "-version"], capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as error:
            raise Unusable(f"the bundle's Java does not start: {error}") from error
        if done.returncode != 0:
            raise Unusable(f"the bundle's Java does not start: {last_line(done.stdout + done.stderr)}")
        return done.stderr.splitlines()[0].replace('"', "")

    def _java(self):
        return str(self.folder / "runtime/bin/java")

    def warm_up(self, engine, libtorch, seconds):
        """Archives the classes of one small image, as the launcher does after a build; nothing is lost where that fails."""
        if self._archive.exists() or seconds <= 0:
            return
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            subprocess.run([self._java(), "-Xshare:dump"], capture_output=True, timeout=seconds)
            self._run([f"-XX:ArchiveClassesAtExit={self._archive}", "-Xlog:disable"], engine, libtorch, seconds,
                      ["--random-weights", "scenes", "--size", "64", "-s", "1", "--runs", "1", "--warm-up", "0"])

    def bench(self, engine, libtorch, seconds, arguments):
        """The JSON of `reflectionflow bench`."""
        options = [f"-XX:SharedArchiveFile={self._archive}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]
        try:
            done = self._run(options if self._archive.exists() else [], engine, libtorch, seconds, arguments)
        except subprocess.TimeoutExpired as expired:
            raise OutOfTime from expired
        if done.returncode != 0:
            raise Failed(f"Java ended with {done.returncode}: {last_line(done.stderr)}")
        return json.loads(last_line(done.stdout))

    def _run(self, options, engine, libtorch, seconds, arguments):
        """With the options of the launcher `reflectionflow`."""
        command = [
            self._java(), "-XX:+UseSerialGC", "-Xshare:auto", *options,
            "-Dorg.bytedeco.javacpp.noPointerGC=true", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Dorg.bytedeco.javacpp.pathsFirst=true", f"-Djava.library.path={self.folder / 'native'}:{engine}",
            f"-Dreflectionflow.libtorch={libtorch}", "-cp", ":".join(sorted(map(str, self.folder.glob("lib/*.jar")))),
            "dev.reflectionflow.cli.Main", "bench", *arguments, "--format", "json"]
        return subprocess.run(command, capture_output=True, text=True, timeout=max(seconds, 0))


def unpacked(archive, folder):
    """The folder that holds the archive's files; those of another one give way."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    stamp = folder / "archive.sha256"
    if not stamp.is_file() or stamp.read_text() != digest:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            with tarfile.open(archive, "r:gz") as files:
                files.extractall(folder, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise Unusable(f"{archive} cannot be unpacked: {error}") from error
        missing = [name for name in ("runtime/bin/java", "engine.h", "native", "lib") if not (folder / name).exists()]
        if missing:
            raise Unusable(f"{archive} is no bundle: it has no {missing[0]}; {MADE_BY}")
        stamp.write_text(digest)
    return folder


def last_line(text):
    return next((line for line in reversed(text.splitlines()) if line.strip()), "nothing")
