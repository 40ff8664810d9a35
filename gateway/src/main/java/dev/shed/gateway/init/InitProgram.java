package dev.shed.gateway.init;

import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.keys.Arguments;
import dev.shed.gateway.keys.AuthorizedKeysEditor;
import dev.shed.gateway.keys.NewKeys;
import dev.shed.gateway.text.ProgramName;
import dev.shed.gateway.text.ShellWords;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `shed-gateway init`: writes a configuration and the authorized keys with the first key. It overwrites nothing.
///
/// @param given the configuration file named on the command line
/// @param questions asks for what the options do not say; empty if there is nobody to ask
public record InitProgram(Optional<Path> given, Optional<Questions> questions, Path home, PrintStream out) {
    private static final String SYNOPSIS =
            "shed-gateway init --key FILE|LINE [--listen ADDRESS[:PORT]] [--image NAME] [--config FILE]";

    private static final Set<String> OPTIONS = Set.of("--listen", "--key", "--image");

    /// The default public keys of ssh, best first.
    private static final List<String> KEYS = List.of("id_ed25519.pub", "id_ecdsa.pub", "id_rsa.pub");

    private static final String ADMIN = "role=\"admin\"";

    /// What init was told.
    private record Wishes(String listen, String key, String image) {}

    /// Writes the files, and prints what it has written and what to do next.
    ///
    /// @param words the arguments after `init`
    /// @throws ShedException `USAGE` if a file exists already, if an option is wrong, or if `--key` is missing and
    /// there is nobody to ask
    public void run(List<String> words) throws IOException, InterruptedException {
        var arguments = Arguments.parse(words, OPTIONS, Set.of(), SYNOPSIS);
        arguments.operands(0, SYNOPSIS);
        ConfigFile.find(given).filter(Files::exists).ifPresent(file -> {
            throw new ShedException(alreadyThere(file));
        });
        var wishes = wishes(arguments);
        var first = new FirstConfiguration(ConfigFile.placeOfNew(given), wishes.listen(), wishes.image());
        var config = first.parsed();
        authorize(wishes.key(), config);
        first.write();
        out.println("wrote " + first.file());
        // Fails if others can change it, because of the directories above it.
        ConfigFile.load(Optional.of(first.file()));
        next(first.file());
    }

    /// The failure for a file that init would have to overwrite.
    static Failure alreadyThere(Path file) {
        var name = ShellWords.quoted(file.toString());
        return Failure.usage(file + " exists already, and init overwrites nothing", """
                %2$s --config %1$s
                %3$s --role admin --config %1$s ~/.ssh/id_ed25519.pub
                %4$s --config ANOTHER-FILE""".formatted(
                        name, ProgramName.with("doctor"), ProgramName.with("keys add"), ProgramName.with("init")));
    }

    private Wishes wishes(Arguments arguments) {
        if (questions.isEmpty() && arguments.option("--key").isEmpty()) {
            throw Arguments.usage(
                    "--key is missing, and there is no terminal to ask on; --listen and --image have defaults",
                    SYNOPSIS);
        }
        var defaults = ConfigFile.parse(ConfigFile.placeOfNew(given), "");
        var key = wish(arguments, "--key", "File of the public key that may do everything", ownKey());
        return new Wishes(
                wish(
                        arguments,
                        "--listen",
                        "Address to listen on",
                        defaults.listen().address()),
                key,
                wish(arguments, "--image", "Image of new sheds", defaults.shed().image()));
    }

    private String wish(Arguments arguments, String option, String question, String fallback) {
        return arguments
                .option(option)
                .or(() -> questions.isPresent() ? questions.get().ask(question, fallback) : Optional.of(fallback))
                .orElseThrow(() -> Arguments.usage(option + " is missing", SYNOPSIS));
    }

    /// The person's own public key; empty if there is none.
    private String ownKey() {
        return KEYS.stream()
                .map(name -> home.resolve(".ssh").resolve(name))
                .filter(Files::isRegularFile)
                .map(Path::toString)
                .findFirst()
                .orElse("");
    }

    /// Adds the key, unless the file has it. An existing file keeps its other lines.
    private void authorize(String key, GatewayConfig config) throws IOException, InterruptedException {
        var access = config.access();
        var file = new AuthorizedKeysEditor(access.authorizedKeys(), Clock.systemUTC(), access.minRsaBits());
        var keys = isLine(key)
                ? NewKeys.read("--key", key, ADMIN, "", file)
                : NewKeys.readFile(expanded(key), ADMIN, "", file);
        FirstConfiguration.createDirectories(access.authorizedKeys().resolveSibling(""));
        var added = keys.addMissingTo(file);
        added.forEach(line -> out.println("added " + line + " to " + access.authorizedKeys()));
        if (added.isEmpty()) {
            out.println(access.authorizedKeys() + " has the key already");
        }
    }

    /// No shell has expanded what was typed at a question.
    private String expanded(String name) {
        return name.startsWith("~/")
                ? home.resolve(name.substring("~/".length())).toString()
                : name;
    }

    /// `TYPE BASE64 …`, and not the name of a file.
    private static boolean isLine(String key) {
        return key.contains(" ") && !Files.exists(Path.of(key));
    }

    private void next(Path file) {
        var name = ShellWords.quoted(file.toString());
        out.println("next:\n  " + ProgramName.with("doctor --config " + name) + "\n  "
                + ProgramName.with("serve --config " + name));
    }
}
