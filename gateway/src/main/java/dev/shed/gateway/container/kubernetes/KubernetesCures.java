package dev.shed.gateway.container.kubernetes;

import dev.shed.gateway.container.EngineProbe;
import java.nio.file.Path;
import java.util.List;

/// Cures with commands of `kubectl`.
record KubernetesCures(String namespace) implements EngineProbe.Cures {
    private String kubectl(String words) {
        return "kubectl -n " + namespace + " " + words;
    }

    @Override
    public List<String> absent() {
        return failing();
    }

    @Override
    public List<String> forbidden(Path socket, String user) {
        return failing();
    }

    @Override
    public List<String> failing() {
        return List.of("# with the kubeconfig and the context of the gateway:", "kubectl get --raw '/readyz?verbose'");
    }

    @Override
    public List<String> old() {
        return List.of("# ask whoever runs the cluster; shed was tested with 1.20");
    }

    @Override
    public List<String> clock() {
        return List.of("timedatectl set-ntp true", "date -u");
    }

    @Override
    public List<String> withoutImage(String image) {
        return List.of(
                "# push it to a registry that the nodes reach, and set shed.image; or load it into the nodes:",
                "kind load docker-image " + image,
                "# if the registry wants a login, name its secret in engine.kubernetes.pull-secrets");
    }

    @Override
    public List<String> untried(String image) {
        return List.of(kubectl("run trial --rm -i --restart=Never --image=" + image + " -- sh -c 'tmux -V'"));
    }

    @Override
    public List<String> withoutTmux(String image) {
        return List.of(
                "# if it is based on Debian; then push it and set shed.image",
                "printf 'FROM %s\\nUSER 0\\nRUN apt-get update && apt-get install -y tmux\\n' | docker build -t"
                                .formatted(image)
                        + " shed-with-tmux -");
    }

    @Override
    public List<String> withoutPorter(String image) {
        return List.of(kubectl("run trial --rm -i --restart=Never --image=" + image + " -- sh -c 'uname -m; id'"));
    }
}
