package dev.shed.cli.forward;

import dev.shed.cli.call.Call;

/// Says which ports are where. People are told on the terminal what comes and goes; a program that reads gets a line
/// for each port that has come, its URL and its number in the shed, and nothing else.
final class ForwardReporter {
    private final Call call;
    private final String shed;

    ForwardReporter(Call call, String shed) {
        this.call = call;
        this.shed = shed;
    }

    void opened(Forward forward) {
        call.out().print(call.terminal().out() ? sentence(forward) : forward.url() + " " + forward.port());
        call.out().print('\n');
        call.out().flush();
    }

    private String sentence(Forward forward) {
        var process = forward.listener().process();
        return forward.url() + " -> " + shed + ":" + forward.port() + (process.isEmpty() ? "" : " (" + process + ")");
    }

    void closed(Forward forward) {
        if (call.terminal().out()) {
            call.out().print("closed: " + forward.url() + " -> " + shed + ":" + forward.port() + "\n");
            call.out().flush();
        }
    }

    void taken(int wanted, Forward forward) {
        notice("port " + wanted + " is in use on this machine; " + shed + ":" + forward.port() + " is at "
                + forward.local());
    }

    /// For a person who looks on.
    void notice(String text) {
        if (call.terminal().err()) {
            call.notice(text);
        }
    }
}
