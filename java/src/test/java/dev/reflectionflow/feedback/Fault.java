package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;

/** A way for a service to fail at a question once. */
enum Fault implements ChatStub.Behaviour {
    TOO_MANY_REQUESTS {
        @Override
        public void answer(int n, JsonNode request, HttpExchange exchange) throws Exception {
            exchange.getResponseHeaders().add("Retry-After", "0");
            ChatStub.reply(exchange, 429, "slow down " + Asking.KEY);
        }
    },
    SERVER_ERROR {
        @Override
        public void answer(int n, JsonNode request, HttpExchange exchange) throws Exception {
            ChatStub.reply(exchange, 500, "oops " + Asking.KEY);
        }
    },
    HALF_A_BODY {
        @Override
        public void answer(int n, JsonNode request, HttpExchange exchange) throws Exception {
            ChatStub.replyHalf(exchange, ChatStub.message(Asking.KEY));
        }
    },
    DISCONNECT {
        @Override
        public void answer(int n, JsonNode request, HttpExchange exchange) {
            exchange.close();
        }
    },
    NOT_JSON {
        @Override
        public void answer(int n, JsonNode request, HttpExchange exchange) throws Exception {
            ChatStub.ok(exchange, "<html>" + Asking.KEY);
        }
    },
    NO_MESSAGE {
        @Override
        public void answer(int n, JsonNode request, HttpExchange exchange) throws Exception {
            ChatStub.ok(exchange, "{\"choices\": []}");
        }
    }
}
