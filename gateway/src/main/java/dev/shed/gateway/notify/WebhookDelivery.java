package dev.shed.gateway.notify;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Posts each notification to one address, as ntfy takes it.
final class WebhookDelivery implements Delivery {

    private static final int TOO_MANY_REQUESTS = 429;

    private final Settings settings;
    private final HttpClient client;

    /// @param clickHost the host of the address to which a click on the notification leads
    /// @param limit how long one attempt may take
    /// @param pauses the pauses before further attempts
    record Settings(
            URI address, Optional<Path> tokenFile, Optional<String> clickHost, Duration limit, List<Duration> pauses) {}

    WebhookDelivery(Settings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.limit())
                .build();
    }

    @Override
    public String name() {
        return "notify.webhook";
    }

    @Override
    public void deliver(Notification notification) throws IOException, InterruptedException {
        var request = request(notification);
        var problem = attempt(request);
        for (var pause : settings.pauses()) {
            if (problem.isPresent()) {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                problem = attempt(request);
            }
        }
        if (problem.isPresent()) {
            throw new IOException(problem.get());
        }
    }

    /// Posts once.
    ///
    /// @return why it was not taken, if another attempt may help
    private Optional<String> attempt(HttpRequest request) throws IOException, InterruptedException {
        var answer = post(request);
        if (answer.problem().isPresent()) {
            return answer.problem();
        }
        int status = answer.status();
        return switch (status / 100) {
            case 2 -> Optional.empty();
            case 3 -> throw new IOException("the server redirects (status " + status + "), which is not followed");
            case 5 -> Optional.of("the server answers with status " + status);
            default -> {
                if (status != TOO_MANY_REQUESTS) {
                    throw new IOException("the server refuses it with status " + status);
                }
                yield Optional.of("the server takes no more for now (status " + status + ")");
            }
        };
    }

    private HttpRequest request(Notification notification) throws IOException {
        var request = HttpRequest.newBuilder(settings.address())
                .timeout(settings.limit())
                .header("Content-Type", "text/plain; charset=utf-8")
                .header("Title", ascii(notification.title()))
                .header("Tags", notification.tag())
                .header("Priority", Integer.toString(notification.priority()))
                .POST(BodyPublishers.ofString(notification.text()));
        settings.clickHost()
                .filter(_ -> notification.isAddressable())
                .ifPresent(host -> request.header("Click", "ssh://" + notification.address() + "@" + host));
        if (settings.tokenFile().isPresent()) {
            request.header(
                    "Authorization",
                    "Bearer " + TokenFile.read(settings.tokenFile().get()));
        }
        return request.build();
    }

    /// A header has no other characters.
    private static String ascii(String text) {
        return text.replaceAll("[^ -~]", "?");
    }

    /// @param problem why there is no status
    private record Answer(int status, Optional<String> problem) {
        static Answer none(String problem) {
            return new Answer(0, Optional.of(problem));
        }
    }

    /// The body of the answer is not kept. The limit of the request does not cover it, so there is another one.
    private Answer post(HttpRequest request) throws InterruptedException {
        var answer = client.sendAsync(request, BodyHandlers.discarding());
        try {
            int status = answer.get(settings.limit().toMillis(), TimeUnit.MILLISECONDS)
                    .statusCode();
            return new Answer(status, Optional.empty());
        } catch (TimeoutException _) {
            return Answer.none("there is no answer in time");
        } catch (ExecutionException | CancellationException e) {
            return Answer.none("the server cannot be reached: " + reason(e));
        } finally {
            answer.cancel(true);
        }
    }

    private static String reason(Exception e) {
        var cause = e.getCause() == null ? e : e.getCause();
        return cause.getClass().getSimpleName();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
