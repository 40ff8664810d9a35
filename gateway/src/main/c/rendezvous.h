// A command in a window of a tmux session has two processes: the *caller*, a task of the gateway, and the *window*, the
// program that tmux runs. They meet at a socket, and this is what they say there (docs/porter-protocol.md, section 8).
#ifndef PORTER_RENDEZVOUS_H
#define PORTER_RENDEZVOUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RENDEZVOUS_NAME = 48, RENDEZVOUS_STREAMS = 3 };

/// What the window is to run, and for whom.
struct order {
    bool terminal;                   // on a terminal, which the client types on too; else with the client's streams
    const char *directory;           // empty: where the window is
    const char *command;
    int streams[RENDEZVOUS_STREAMS]; // the client's stdin, stdout and stderr
    char *memory;                    // what the texts of a received order lie in
};

enum outcome_kind { OUTCOME_EXITED = 1, OUTCOME_KILLED = 2, OUTCOME_SESSION_ENDED = 3 };

/// How the command ended: its status, or the signal.
struct outcome {
    uint32_t kind, value;
};

/// Makes a place with a name that nobody can guess, and leaves nothing behind in the file system; -1 with errno.
int rendezvous_open(char name[RENDEZVOUS_NAME]);
/// Waits for the other, who must be the same user; -1 when nobody comes in time.
int rendezvous_accept(int listener, int timeout);
/// Goes there; -1 with errno.
int rendezvous_connect(const char *name);

bool order_send(int peer, const struct order *order);
/// False when the caller has gone before saying everything, or says what no caller says.
bool order_receive(int peer, struct order *order);

#endif
