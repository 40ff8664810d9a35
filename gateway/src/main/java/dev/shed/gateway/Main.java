package dev.shed.gateway;

import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.audit.JsonAuditLog;
import dev.shed.gateway.audit.LimitedAuditLog;
import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.control.StatusProgram;
import dev.shed.gateway.doctor.Doctor;
import dev.shed.gateway.doctor.DoctorProgram;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.init.InitProgram;
import dev.shed.gateway.init.Questions;
import dev.shed.gateway.keys.AuthorizedKeysEditor;
import dev.shed.gateway.keys.CertificateReport;
import dev.shed.gateway.keys.ExplainCommand;
import dev.shed.gateway.keys.GithubKeys;
import dev.shed.gateway.keys.KeysCommand;
import dev.shed.gateway.recording.RecordingsProgram;
import dev.shed.gateway.ssh.key.AuthoritySignature;
import dev.shed.gateway.ssh.key.CipherWarmUp;
import dev.shed.gateway.text.ProgramName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The program `shed-gateway`: reads its arguments, runs the gateway until SIGTERM or SIGINT, and exits with
/// one status.
public final class Main {
    private static final String HELP = """
            Usage: shed-gateway init --key FILE|LINE [--listen ADDRESS[:PORT]] [--image NAME] [--config FILE]
                                                        write a configuration; on a terminal, ask for what is not given
                   shed-gateway serve [--config FILE]   run the gateway in the foreground
                   shed-gateway check-config [--config FILE]
                                                        check the configuration
                   shed-gateway doctor [--json] [--config FILE]
                                                        check all that a gateway needs, and say how to mend it
                   shed-gateway status [--json] [--config FILE]
                                                        show the status of the gateway that uses this configuration
                   shed-gateway keys add|list|remove|check|import …
                                                        manage the authorized keys; shed-gateway keys lists the commands
                   shed-gateway explain KEY SHED VERB   say whether a key may use a verb, and why
                   shed-gateway recordings list [--json] | play NAME [--speed N] [--idle-limit SECONDS] | export NAME [FILE]
                                                        [--config FILE]   list, play or export recordings of sessions
                   shed-gateway version                 print the version
                   shed-gateway help                    print this help

            Without --config the gateway reads /etc/shed/gateway.yaml, else ~/.config/shed/gateway.yaml, else it uses
            the built-in defaults. On SIGTERM and SIGINT it lets verbs and transfers end (ssh.drain-timeout), and stops;
            a second signal stops it at once. Sessions in the sheds keep running. On SIGHUP it reads the configuration
            again.
            Exit status: 0 success, or stopped by a signal; 1 something needs attention (status, doctor); 64 wrong arguments;
            69 the gateway is not running (status); 70 a defect; 74 the state directory cannot be used; 77 denied
            (explain); 78 an error in the configuration, or authorized keys that cannot be used.""";

    /// Limit on closing the gateway, after the requests under way have ended. Service managers kill a service after
    /// a similar time.
    static final Duration STOPPING = Duration.ofSeconds(15);

    /// Limit on all checks of `doctor`. On a busy machine they take a few seconds.
    private static final Duration EXAMINATION = Duration.ofSeconds(50);

    private static final int DEFECT = 70;

    /// The status of a program that SIGTERM has killed.
    private static final int KILLED = 143;

    private Main() {}

    public static void main(String[] arguments) {
        // Programs parse the output; some locales have digits other than ASCII.
        Locale.setDefault(Locale.ROOT);
        System.exit(run(List.of(arguments)));
    }

    /// Runs one command and returns its exit status.
    static int run(List<String> arguments) {
        try {
            switch (arguments.isEmpty() ? "help" : arguments.getFirst()) {
                case "keys", "explain" -> {
                    return aboutKeys(arguments);
                }
                case "status" -> {
                    return status(arguments);
                }
                case "doctor" -> {
                    return doctor(arguments);
                }
                case "init" -> init(arguments);
                case "serve" -> serve(configOption(arguments));
                case "check-config" -> checkConfig(configOption(arguments));
                case "recordings" -> recordings(arguments);
                case "version", "--version" -> print("shed-gateway " + Gateway.version());
                case "help", "--help", "-h" -> print(HELP);
                default ->
                    throw new ShedException(Failure.usage(
                            "there is no command '" + arguments.getFirst() + "'", ProgramName.with("help")));
            }
            return 0;
        } catch (ShedException e) {
            System.err.print(FailureText.of(e.failure(), "\n"));
            return e.failure().exitStatus().code();
        } catch (IOException | InterruptedException e) {
            System.err.println("shed: stopped by " + e);
            return DEFECT;
        } catch (RuntimeException e) {
            System.err.println("shed: a defect of the gateway");
            e.printStackTrace();
            return DEFECT;
        }
    }

    private static void serve(Optional<Path> file) throws IOException, InterruptedException {
        var config = ConfigFile.load(file);
        var state = StateDirectory.open(config.state());
        var clock = Clock.system(ZoneId.systemDefault());
        // Other servers reopen their logs on SIGUSR1. The gateway does that by itself and must not die of the
        // signal.
        Signals.on("USR1", () -> {});
        var stop = StopSignals.listen();
        try (var log = JsonAuditLog.open(config.state(), config.audit().refusesWhenFull(), clock);
                var audit = new LimitedAuditLog(log, clock);
                var gateway = Gateway.start(config, state, audit, clock)) {
            Signals.on("HUP", () -> reload(file, gateway));
            var address = gateway.address();
            print("shed-gateway: listening on " + address.getHostString() + " port " + address.getPort());
            gateway.metricsAddress()
                    .ifPresent(metrics -> print("shed-gateway: metrics at "
                            + metrics.getAddress().getHostAddress() + " port " + metrics.getPort()));
            CipherWarmUp.start();
            stop.first().await();
            gateway.drain(stop);
            endWithin(STOPPING);
        }
    }

    /// Reloads the configuration. An invalid one changes nothing.
    private static void reload(Optional<Path> file, Gateway gateway) {
        try {
            var waiting = String.join(", ", gateway.reconfigure(ConfigFile.load(file)));
            print("shed-gateway: the configuration was read again"
                    + (waiting.isEmpty() ? "" : "; these keys take effect after a restart: " + waiting));
        } catch (ShedException e) {
            System.err.print("shed-gateway: the configuration was read again and has an error; it is not used\n"
                    + FailureText.of(e.failure(), "\n"));
        }
    }

    /// Ends this program if it still runs then.
    private static void endWithin(Duration limit) {
        Thread.ofPlatform().daemon().name("stop-limit").start(() -> {
            try {
                Thread.sleep(limit);
                Runtime.getRuntime().halt(KILLED);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void checkConfig(Optional<Path> file) {
        ConfigFile.load(file);
        print("configuration OK");
    }

    /// Runs `keys` or `explain`. `--config FILE` may stand anywhere after the command.
    private static int aboutKeys(List<String> arguments) throws IOException, InterruptedException {
        // Only the answer is wanted, not the log; warnings about a file are still logged.
        System.setProperty("shed.log.level", "WARN");
        var words = new ArrayList<>(arguments.subList(1, arguments.size()));
        var given = takeConfig(words);
        var config = ConfigFile.load(given);
        var clock = Clock.system(ZoneId.systemDefault());
        var file = new AuthorizedKeysEditor(
                config.access().authorizedKeys(), clock, config.access().minRsaBits());
        if (arguments.getFirst().equals("explain")) {
            var certificates = new CertificateReport(
                    new LoginPolicy(PartSettings.logins(config.access()), clock), AuthoritySignature::holds);
            return new ExplainCommand(file, clock, config.access().showsOwnOnly(), certificates, System.out).run(words);
        }
        var github = GithubKeys.of(config.state().resolve("github"));
        return new KeysCommand(file, github, System.in, System.out).run(words);
    }

    /// Removes `--config FILE` from the arguments, wherever it stands, and returns the file.
    private static Optional<Path> takeConfig(List<String> words) {
        int at = words.indexOf("--config");
        if (at < 0) {
            return Optional.empty();
        }
        if (at + 1 == words.size()) {
            throw usage("--config needs a value");
        }
        var given = Path.of(words.remove(at + 1));
        words.remove(at);
        return Optional.of(given);
    }

    private static int status(List<String> arguments) {
        var words = new ArrayList<>(arguments.subList(1, arguments.size()));
        return new StatusProgram(ConfigFile.load(takeConfig(words)).state(), System.out).run(words);
    }

    private static void init(List<String> arguments) throws IOException, InterruptedException {
        System.setProperty("shed.log.level", "WARN");
        var words = new ArrayList<>(arguments.subList(1, arguments.size()));
        var file = takeConfig(words);
        new InitProgram(file, Questions.onTerminal(), ConfigFile.home(), System.out).run(words);
    }

    private static int doctor(List<String> arguments) throws InterruptedException {
        // The findings say what the log would.
        System.setProperty("shed.log.level", "OFF");
        System.setProperty("shed.engine.log.level", "OFF");
        var words = new ArrayList<>(arguments.subList(1, arguments.size()));
        var checks = Checks.of(takeConfig(words), Clock.system(ZoneId.systemDefault()));
        return new DoctorProgram(new Doctor(checks, EXAMINATION), System.out).run(words);
    }

    private static void recordings(List<String> arguments) throws InterruptedException {
        var words = new ArrayList<>(arguments.subList(1, arguments.size()));
        var directory = ConfigFile.load(takeConfig(words)).recordings();
        try {
            new RecordingsProgram(directory, System.out).run(words);
        } catch (IOException e) {
            throw ShedException.stateUnusable(directory, e);
        }
    }

    private static Optional<Path> configOption(List<String> arguments) {
        var options = arguments.subList(1, arguments.size());
        if (options.isEmpty()) {
            return Optional.empty();
        }
        if (options.size() == 2 && options.getFirst().equals("--config")) {
            return Optional.of(Path.of(options.getLast()));
        }
        throw usage("unexpected arguments: " + String.join(" ", options));
    }

    private static ShedException usage(String problem) {
        return new ShedException(Failure.usage(problem, HELP));
    }

    private static void print(String text) {
        System.out.println(text);
    }
}
