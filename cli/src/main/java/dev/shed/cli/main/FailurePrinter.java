package dev.shed.cli.main;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Prints a failure as the gateway does: on stderr, or with `--json` as JSON on stdout.
final class FailurePrinter {
    private FailurePrinter() {}

    static void tell(Call call, boolean json, CliFailure failure) {
        if (json) {
            print(call, failure);
        } else {
            call.notice(failure.text());
        }
    }

    private static void print(Call call, CliFailure failure) {
        var error = new LinkedHashMap<String, Object>();
        error.put("code", failure.code().name());
        error.put("message", failure.getMessage());
        error.put("hint", String.join("\n", failure.hints()));
        try {
            call.json(Map.of("error", error));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
