// The terminal between tmux and the program of a pane.
#ifndef PORTER_PANE_RELAY_H
#define PORTER_PANE_RELAY_H

#include "mirror.h"
#include "osc.h"
#include "record.h"

enum {
    PANE_READ = 65536,
    PANE_ANSWERS = 1024, // room for answers to queries, behind what is typed
};

/// Bytes on their way in one direction.
struct way {
    size_t length, sent;
    uint8_t data[1 + PANE_READ + PANE_ANSWERS]; // the first byte is that of the packet mode
};

/// In memory that the relay shares with its keeper, so that a relay that is started anew goes on where it was.
struct pane_relay {
    int outer;  // tmux's terminal, non-blocking
    int master; // of the program's terminal, in packet mode and non-blocking
    pid_t keeper, program;
    bool deaf;  // the scanner has crashed once: the bytes are passed on, and nothing else
    bool ended; // the program's terminal is closed, and tmux has all its output
    struct way out, in;
    struct osc osc;
    struct record record;
    struct mirror mirror;
    struct report told; // last
    pid_t teller;
    uint64_t since;
    uint64_t write_at, wrote; // when the record is to be written, and was; 0 for never
    uint64_t look_at, looked; // likewise for a look at the foreground
    size_t looks;             // since the last input or output
};

/// Copies until one of the terminals is closed.
void pane_relay_run(struct pane_relay *relay);
/// Gives the terminal of the program the size of tmux's.
void pane_relay_resize(const struct pane_relay *relay);

#endif
