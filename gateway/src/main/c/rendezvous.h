// A command in a window of a tmux session has two processes: the *caller*, a task of the gateway, and the
// *window*, the program that tmux runs. They exchange these messages over a socket (docs/porter-protocol.md,
// section 8).
#ifndef PORTER_RENDEZVOUS_H
#define PORTER_RENDEZVOUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RENDEZVOUS_NAME = 48, RENDEZVOUS_STREAMS = 3 };

/// The command for the window, and its client.
struct order {
    bool terminal;                   // use a terminal, on which the client types, too; otherwise its streams
    const char *directory;           // empty for the window's own
    const char *command;
    int streams[RENDEZVOUS_STREAMS]; // the client's stdin, stdout and stderr
    char *memory;                    // holds the strings of a received order
};

enum outcome_kind { OUTCOME_EXITED = 1, OUTCOME_KILLED = 2, OUTCOME_SESSION_ENDED = 3 };

/// How the command ended: its exit status or signal.
struct outcome {
    uint32_t kind, value;
};

/// Listens on a name that cannot be guessed and leaves no file; -1 with errno.
int rendezvous_open(char name[RENDEZVOUS_NAME]);
/// Accepts the other process, which must be of the same user; -1 if none connects in time.
int rendezvous_accept(int listener, int timeout);
/// Connects to the name; -1 with errno.
int rendezvous_connect(const char *name);

bool order_send(int peer, const struct order *order);
/// Receives the order. False if the caller closes the socket early or sends a malformed message.
bool order_receive(int peer, struct order *order);

#endif
