package dev.shed.gateway.command;

import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.create.NewShed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.Quantities;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `create`: creates a shed, starts it, and clones a repository into its workspace.
@Command(
        name = "create",
        description = "create a shed, start it, and clone a repository into it",
        customSynopsis = {
            "ssh shed@HOST create NAME [--repo REPO] [--branch BRANCH]",
            "    [--recurse-submodules] [--image IMAGE] [--cpus N] [--memory SIZE]",
            "    [--env NAME=VALUE]… [--label KEY=VALUE]… [--owner FINGERPRINT[,…]]"
        },
        footer = {"ssh shed@HOST create demo", "ssh -t shed@HOST create demo --repo owner/repo --memory 4GiB"})
final class CreateCommand extends Verb {
    /// The characters of an image reference. The engine checks the rest of its syntax.
    private static final Pattern IMAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,254}");

    private static final Pattern OWNER = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}(,SHA256:[A-Za-z0-9+/]{43}){0,31}");

    private static final String OWNER_RULE = "SHA256:… as ssh-keygen -l prints it; several are joined by commas";

    private static final String IMAGE_RULE = "[REGISTRY/]NAME[:TAG] or NAME@DIGEST, of a-z, A-Z, 0-9 and ._/:@-";

    /// A subset of what git check-ref-format(1) allows.
    private static final Pattern BRANCH = Pattern.compile(
            "(?!.*(\\.\\.|//|@\\{|\\.lock(/|$)))[^-/.\\s\\p{Cntrl}~^:?*\\[\\\\][^\\s\\p{Cntrl}~^:?*\\[\\\\]{0,200}");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}");

    @Parameters(index = "0", paramLabel = "NAME", description = "the name of the new shed")
    ShedName name;

    @Option(
            names = "--repo",
            paramLabel = "REPO",
            description = "the repository to clone: owner/repo on the configured forge, or a URL")
    Optional<String> repo;

    @Option(names = "--branch", paramLabel = "BRANCH", description = "the branch or tag to check out")
    Optional<String> branch;

    @Option(names = "--recurse-submodules", description = "clone submodules as well")
    boolean submodules;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "the image, which the engine must have (default: shed.image of the gateway's configuration)")
    Optional<String> image;

    @Option(names = "--cpus", paramLabel = "N", description = "CPU limit, such as 2 or 0.5")
    Optional<String> cpus;

    @Option(names = "--memory", paramLabel = "SIZE", description = "memory limit, such as 4GiB")
    Optional<String> memory;

    @Option(
            names = "--env",
            paramLabel = "NAME=VALUE",
            description = "an environment variable of all processes in the shed; may be repeated")
    String[] environment = {};

    @Option(
            names = "--owner",
            paramLabel = "FINGERPRINT[,…]",
            description = "the keys that own the shed (default: yours); used if access.visibility is owner")
    Optional<String> owner;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "a label of the container; may be repeated")
    String[] labels = {};

    private final Sheds sheds;

    CreateCommand(Sheds sheds) {
        this.sheds = sheds;
    }

    @Override
    Optional<ShedName> shed() {
        return Optional.of(name);
    }

    /// Without its client the creation is interrupted, and a partly created shed is removed.
    @Override
    boolean endsWithClient() {
        return true;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        image.ifPresent(given -> require(IMAGE, given, "name of an image", IMAGE_RULE));
        owner.ifPresent(given -> require(OWNER, given, "list of fingerprints", OWNER_RULE));
        branch.ifPresent(CreateCommand::requireBranch);
        if (branch.isPresent() && repo.isEmpty()) {
            throw usage("--branch needs --repo");
        }
        if (submodules && repo.isEmpty()) {
            throw usage("--recurse-submodules needs --repo");
        }
        var wanted = new NewShed(
                name,
                image,
                repo.map(address -> new NewShed.Source(address, branch, submodules)),
                new Limits(Quantities.nanoCpus(cpus), Quantities.bytes(memory)),
                pairs(environment, "--env", VARIABLE),
                pairs(labels, "--label", LABEL),
                context.identity().comment(),
                owner.orElse(context.identity().fingerprint()));
        wanted.labels().keySet().stream()
                .filter(CreateCommand::isOurs)
                .findFirst()
                .ifPresent(key -> {
                    throw usage("--label " + key + ": labels that begin with 'shed' are reserved");
                });
        var shed = sheds.create(wanted, json ? new Progress.Json(context) : new Progress.Plain(context));
        var made = "created " + name + "\n" + context.advice("ssh " + name + "@HOST") + "\n";
        context.print(json ? Json.line(ShedRow.of(shed, 0)) : made);
        return ExitStatus.SUCCESS;
    }

    /// Fails with `INVALID_NAME` if git would not take the name of a branch.
    static void requireBranch(String given) {
        require(BRANCH, given, "branch", "a name as git check-ref-format(1) has it");
    }

    private static boolean isOurs(String label) {
        return label.equals("shed") || label.startsWith("shed.");
    }

    private static void require(Pattern rule, String given, String what, String words) {
        if (!rule.matcher(given).matches()) {
            throw new ShedException(Failure.invalidName(what, given, words));
        }
    }

    /// Messages do not repeat the values, because they may be secrets.
    private Map<String, String> pairs(String[] given, String option, Pattern keys) {
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : given) {
            int equals = pair.indexOf('=');
            var key = equals < 0 ? pair : pair.substring(0, equals);
            if (equals < 0 || !keys.matcher(key).matches() || pair.indexOf('\0') >= 0) {
                throw usage(option + ": '" + key + (equals < 0 ? "' has no value" : "' is not a name"));
            }
            pairs.put(key, pair.substring(equals + 1));
        }
        return pairs;
    }

    private ShedException usage(String message) {
        return new ShedException(Failure.usage(message, Grammar.synopsis(this)));
    }
}
