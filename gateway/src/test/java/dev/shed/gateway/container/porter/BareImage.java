package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An image with nothing in it but a program that keeps it up, which needs no library.
final class BareImage {
    private BareImage() {}

    /// @param directory empty; for what the image is built from
    /// @param options of `docker build`
    static void build(Path directory, String image, String... options) throws IOException, InterruptedException {
        var source = directory.resolve("program.c");
        Files.writeString(source, """
                #include <stdio.h>
                #include <string.h>
                #include <unistd.h>
                int main(int argc, char **argv) {
                    if (argc > 1 && strcmp(argv[1], "infinity") != 0) { printf("%s", argv[1]); return 3; }
                    for (;;) pause();
                }
                """);
        var program = Files.createDirectory(directory.resolve("bin")).resolve("sleep");
        run("musl-gcc", "-static", "-o", program.toString(), source.toString());
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\nCOPY bin /bin\n");
        var build = new ArrayList<>(List.of("docker", "build", "--quiet", "--tag", image));
        build.addAll(List.of(options));
        build.add(directory.toString());
        run(build.toArray(String[]::new));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
