package dev.reflectionflow.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** A chat service that is there and refuses every question. */
final class RefusingService implements AutoCloseable {
    final AtomicInteger questions = new AtomicInteger();
    private final HttpServer server;

    RefusingService() throws IOException {
        this(400);
    }

    RefusingService(int status) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean greeting = exchange.getRequestURI().getPath().endsWith("/models");
            if (!greeting) {
                questions.incrementAndGet();
            }
            exchange.sendResponseHeaders(greeting ? 200 : status, -1);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
