// What a listing of the sessions asks, without a shell where tmux's answer is all there is.
#ifndef PORTER_LISTING_H
#define PORTER_LISTING_H

/// Runs tmux, as this process, and prints its answer. If there may be more to list, it becomes the shell instead, which
/// gets tmux's status as its argument `$1`, and the answer on its stdin.
///
/// `words` are those of tmux, an empty one, and those of the shell: `sh -c SCRIPT NAME ask …`. `ask` stays for a shell that
/// has to ask tmux itself. `prepare` is called before tmux runs if nobody can listen at its socket, and otherwise if
/// that fails.
///
/// Returns the exit status.
int listing_run(char **words, void (*prepare)(void));

#endif
