// A command inside a tmux session: the two programs (docs/porter-protocol.md, section 8).
#ifndef PORTER_INSIDE_H
#define PORTER_INSIDE_H

/// `porter --session SESSION [--terminal] [--here] -- COMMAND`: runs COMMAND in a new window of the session, and ends as
/// it ends.
int caller_main(int argc, char **argv);

/// `porter --window NAME`: the program of that window.
int window_main(int argc, char **argv);

#endif
