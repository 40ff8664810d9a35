package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Sheds;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `create`: makes a shed and starts it.
@Command(
        name = "create",
        description = "make a shed and start it",
        customSynopsis = "ssh shed@HOST create NAME [--image IMAGE]",
        footer = "ssh shed@HOST create demo")
final class CreateCommand extends Verb {
    /// What a reference to an image may be made of; the engine knows the finer rules.
    private static final Pattern IMAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,254}");

    private static final String IMAGE_RULE = "[REGISTRY/]NAME[:TAG] or NAME@DIGEST, of a-z, A-Z, 0-9 and ._/:@-";

    @Parameters(index = "0", paramLabel = "NAME", description = "the new shed's name")
    ShedName name;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "an image that the engine has; the gateway's configuration names the usual one")
    Optional<String> image;

    private final Sheds sheds;

    CreateCommand(Sheds sheds) {
        this.sheds = sheds;
    }

    @Override
    Optional<ShedName> shed() {
        return Optional.of(name);
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        image.filter(given -> !IMAGE.matcher(given).matches()).ifPresent(given -> {
            throw new ShedException(new Failure.InvalidName("name of an image", given, IMAGE_RULE));
        });
        context.progress("creating " + name);
        var shed = sheds.create(name, image);
        context.print(json ? Json.line(ShedRow.of(shed, 0)) : "created " + name + "\nssh " + name + "@HOST\n");
        return ExitStatus.SUCCESS;
    }
}
