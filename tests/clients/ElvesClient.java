import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Java's own HttpClient with its defaults: it offers h2c with each request. Arguments: GraphQL URL, WebSocket URL, a
 * signed REST URL, then query, mutation and subscription as JSON bodies, and the token. Prints what it saw as JSON.
 */
public class ElvesClient {
  private static final HttpClient client = HttpClient.newHttpClient();
  private static String authorization;

  public static void main(String[] arguments) throws Exception {
    String url = arguments[0];
    authorization = "Bearer " + arguments[6];
    String platform = post(url, arguments[3]);
    String task = post(url, arguments[4]);
    String subscription = arguments[5].replace("POSITION", text(platform, "readPosition")).replace("TASK", text(task, "id"));
    String event = first(arguments[1], subscription);
    String rest = client.send(HttpRequest.newBuilder(URI.create(arguments[2])).build(), HttpResponse.BodyHandlers.ofString()).body();
    System.out.printf(
        "{\"version\":\"%s\",\"message\":\"%s\",\"event\":\"%s\",\"rest\":\"%s\"}%n",
        text(platform, "version"), text(task, "message"), text(event, "type"), text(rest, "worker_message"));
  }

  private static String post(String url, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Authorization", authorization)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** The payload of the first item of a subscription. */
  private static String first(String url, String payload) throws Exception {
    CompletableFuture<String> item = new CompletableFuture<>();
    // A message may be sent only when the one before it has left; the answer to that can be here earlier.
    CompletableFuture<WebSocket> begun = new CompletableFuture<>();
    String subscribe = "{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":" + payload + "}";
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          private final StringBuilder message = new StringBuilder();

          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
            message.append(part);
            if (isLast) {
              String whole = message.toString();
              message.setLength(0);
              if (whole.contains("connection_ack")) begun.thenCompose(open -> open.sendText(subscribe, true));
              else item.complete(whole.substring(whole.indexOf("\"payload\"")));
            }
            socket.request(1);
            return null;
          }

          @Override
          public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            item.completeExceptionally(new IllegalStateException("closed with " + code + " " + reason));
            return null;
          }

          @Override
          public void onError(WebSocket socket, Throwable error) {
            item.completeExceptionally(error);
          }
        };
    WebSocket socket = client.newWebSocketBuilder().header("Authorization", authorization).subprotocols("graphql-transport-ws").buildAsync(URI.create(url), listener).join();
    begun.complete(socket.sendText("{\"type\":\"connection_init\"}", true).join());
    try {
      return item.get(60, TimeUnit.SECONDS);
    } finally {
      socket.abort();
    }
  }

  private static String text(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    if (!found.find()) throw new IllegalStateException("no " + name + " in " + json);
    return found.group(1);
  }
}
