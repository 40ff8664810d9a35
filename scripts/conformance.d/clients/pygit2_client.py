"""pygit2 (libgit2, libssh2) as a conformance client: push to a bare repository, clone it back, compare."""

import os
import sys

import pygit2


class Callbacks(pygit2.RemoteCallbacks):
    def credentials(self, url, username_from_url, allowed_types):
        key = os.environ["KEY"]
        return pygit2.Keypair(username_from_url, key + ".pub", key, "")

    def certificate_check(self, certificate, valid, host):
        return True


def main(path):
    url = f"ssh://{os.environ['LOGIN']}@127.0.0.1:{os.environ['PORT']}{path}"
    local = pygit2.init_repository("local")
    with open("local/file", "wb") as file:
        file.write(os.urandom(2_000_000))
    local.index.add("file")
    tree = local.index.write_tree()
    person = pygit2.Signature("x", "x@localhost")
    commit = local.create_commit("refs/heads/main", person, person, "first", tree, [])
    local.remotes.create("origin", url).push(["refs/heads/main:refs/heads/main"], callbacks=Callbacks())
    clone = pygit2.clone_repository(url, "clone", callbacks=Callbacks(), checkout_branch="main")
    print("same" if clone.head.target == commit else "not the same")


main(*sys.argv[1:])
