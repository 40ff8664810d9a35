package dev.shed.gateway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// Repositories for sheds to clone: as files that sheds see below `/srv/repos`, and over http from a container beside
/// them, the dumb way (`/demo.git`) and the smart one (`/cgi-bin/git/demo.git`).
final class GitServer implements AutoCloseable {
    /// Runs as root in a container: what is made belongs to the sheds' user, as git wants it.
    private static final String SETUP = """
            set -e
            cd /srv/repos
            git init -q --initial-branch=main work
            cd work
            git config user.email ada@example.org && git config user.name Ada
            for n in $(seq 200); do echo "line $n" >"file-$n"; done
            git add . && git commit -q -m first
            git branch other && git tag v1
            head -c 3000000 /dev/urandom >large && git add large && git commit -q -m large
            cd ..
            git clone -q --bare work demo.git
            git clone -q --bare --single-branch --branch other work small.git
            git init -q --initial-branch=main whole
            git -C whole -c protocol.file.allow=always submodule --quiet add /srv/repos/small.git part
            git -C whole -c user.email=ada@example.org -c user.name=Ada commit -q -m whole
            git clone -q --bare whole whole.git
            git -C demo.git update-server-info
            mkdir -p cgi-bin
            printf '#!/bin/sh\nGIT_PROJECT_ROOT=/srv/repos GIT_HTTP_EXPORT_ALL=1 exec git http-backend\n' >cgi-bin/git
            printf '#!/bin/sh\nexec sleep 120\n' >cgi-bin/stalled
            chmod 755 cgi-bin/git cgi-bin/stalled
            chown -R 1000:1000 /srv/repos /srv/ssh
            chmod 700 /srv/ssh
            """;

    /// Both servers; the certificate names the address that the container has only when it runs.
    private static final String SERVE = """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /tmp/key.pem \\
                -out cert.pem -days 2 -subj /CN=git -addext "subjectAltName=IP:$(hostname -i)" 2>/dev/null
            python3 -c 'import http.server, ssl
            server = http.server.ThreadingHTTPServer(("", 8443), http.server.SimpleHTTPRequestHandler)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain("cert.pem", "/tmp/key.pem")
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.serve_forever()' &
            python3 -c 'import base64, http.server
            class Private(http.server.SimpleHTTPRequestHandler):
                def do_GET(self):
                    if self.headers.get("Authorization") == "Basic " + base64.b64encode(b"t0k/n:").decode():
                        return super().do_GET()
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", "Basic realm=private")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
            http.server.ThreadingHTTPServer(("", 8001), Private).serve_forever()' &
            exec python3 -m http.server --cgi 8000
            """;

    private final Path directory;
    private final String container = "e2e-git-" + UUID.randomUUID().toString().substring(0, 8);
    private final String address;

    private GitServer(Path directory) throws IOException {
        this.directory = directory;
        inContainer(SETUP);
        Place.docker(
                        "run",
                        "-d",
                        "--name",
                        container,
                        "-v",
                        repositories() + ":/srv/repos",
                        "-w",
                        "/srv/repos",
                        "--user",
                        "1000",
                        "--entrypoint",
                        "sh",
                        Place.IMAGE,
                        "-c",
                        SERVE)
                .orFail();
        this.address = Place.docker("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", container)
                .orFail()
                .strip();
    }

    /// Makes the repositories, and a directory of ssh keys with the one at `key` in it.
    static GitServer start(Path directory, Path key) throws IOException {
        Files.createDirectories(directory.resolve("repos"));
        Files.createDirectories(directory.resolve("ssh"));
        Files.copy(key, directory.resolve("ssh/id_ed25519"));
        return new GitServer(directory);
    }

    /// What sheds see as `/srv/repos`.
    Path repositories() {
        return directory.resolve("repos");
    }

    /// What sheds see as `~/.ssh`.
    Path keys() {
        return directory.resolve("ssh");
    }

    String http(String path) {
        return "http://" + address + ":8000/" + path;
    }

    /// The dumb way alone, for who has the token `t0k/n`.
    String http(String login, String path) {
        return "http://" + login + "@" + address + ":8001/" + path;
    }

    /// The dumb way alone, with a certificate that only who is told of `/srv/repos/cert.pem` believes.
    String https(String path) {
        return "https://" + address + ":8443/" + path;
    }

    /// An address that never answers.
    String stalled() {
        return http("cgi-bin/stalled/demo.git");
    }

    /// The host, as containers see it. A container is asked: an engine that was never restarted does not say it of its
    /// network.
    String host() throws IOException {
        return Place.docker("inspect", "-f", "{{.NetworkSettings.Networks.bridge.Gateway}}", container)
                .orFail()
                .strip();
    }

    private void inContainer(String script) throws IOException {
        Place.docker(
                        "run",
                        "--rm",
                        "--user",
                        "root",
                        "-v",
                        directory + ":/srv",
                        "--entrypoint",
                        "sh",
                        Place.IMAGE,
                        "-c",
                        script)
                .orFail();
    }

    @Override
    public void close() throws IOException {
        Place.docker("rm", "-f", container);
        inContainer("rm -rf /srv/repos /srv/ssh");
    }
}
