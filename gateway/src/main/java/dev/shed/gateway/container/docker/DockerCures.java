package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.text.ShellWords;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Cures with commands of `docker`, and of the system that runs it.
///
/// @param imageSources the directory with the sources of the base image, if the program was installed from a package;
/// empty in a clone, where `scripts/up` builds it
public record DockerCures(Optional<Path> imageSources) implements EngineProbe.Cures {
    @Override
    public List<String> absent() {
        return List.of(
                "systemctl start docker",
                "# or set engine.host to what docker uses itself:",
                "docker context inspect --format '{{.Endpoints.docker.Host}}'");
    }

    @Override
    public List<String> forbidden(Path socket, String user) {
        return List.of(
                "# the group of the socket is usually docker:",
                "stat -c %G " + ShellWords.quoted(socket.toString()),
                "sudo usermod -aG docker " + ShellWords.quoted(user),
                "# then log in again, or restart the gateway's service");
    }

    @Override
    public List<String> failing() {
        return List.of(
                "timeout 10 docker info",
                "journalctl --unit docker --since -15m | tail -n 50",
                "# a restart ends the sheds, unless live-restore is set in /etc/docker/daemon.json:",
                "# systemctl restart docker");
    }

    @Override
    public List<String> old() {
        return List.of(
                "# Debian's package; Docker's own is docker-ce:",
                "apt-get update && apt-get install --only-upgrade docker.io");
    }

    @Override
    public List<String> clock() {
        return List.of("timedatectl set-ntp true", "date -u; docker info --format '{{.SystemTime}}'");
    }

    @Override
    public List<String> withoutImage(String image) {
        return List.of(
                "# one of these: pull it, or build the base image",
                "docker pull " + image,
                imageSources.map(sources -> build(image, sources)).orElse("scripts/up"));
    }

    private static String build(String image, Path sources) {
        var directory = ShellWords.quoted(sources.toString());
        var file = ShellWords.quoted(sources.resolve("image/Dockerfile").toString());
        return "docker build -t " + ShellWords.quoted(image) + " -f " + file + " " + directory;
    }

    @Override
    public List<String> untried(String image) {
        return List.of("docker run --rm --entrypoint sh " + image + " -c 'tmux -V'");
    }

    @Override
    public List<String> withoutTmux(String image) {
        return List.of(
                "# if it is based on Debian; then set shed.image: shed-with-tmux",
                "printf 'FROM %s\\nUSER 0\\nRUN apt-get update && apt-get install -y tmux\\n' | docker build -t"
                                .formatted(image)
                        + " shed-with-tmux -");
    }

    @Override
    public List<String> withoutPorter(String image) {
        return List.of("docker run --rm --entrypoint sh " + image + " -c 'uname -m; id'");
    }
}
