// A connection to the gateway: bounded buffers around non-blocking descriptors.
#ifndef PORTER_LINK_H
#define PORTER_LINK_H

#include "frame.h"

/// How a process of the porter reaches the gateway.
struct gateway {
    const char *socket; // the path of its socket; NULL if the connections are carried
    int carrier;        // where to pass the other end of a connection; -1 if they are not carried
};

enum {
    LINK_BUFFER = 2 * (MAX_FRAME + FRAME_HEADER),
    // Space in the outgoing buffer that data must leave free, so that there is always room for a status.
    LINK_RESERVE = 1024,
    LINK_PASSED = 3,
};

struct link {
    int fd;
    bool greeted; // the gateway's version byte has been read
    uint8_t newest;  // version of the protocol on this connection
    uint8_t version; // that of the gateway's byte
    bool ended;   // nothing more will come, or nothing more can be sent
    uint8_t *data; // incoming; points to `small` or, for a large request, to allocated memory
    size_t start, length, capacity;
    size_t out_start, out_length;
    uint8_t small[LINK_BUFFER];
    uint8_t outgoing[LINK_BUFFER];
};

/// The contents of a hello; unused values are NULL.
struct hello {
    enum hello_kind kind;
    const char *token;
    const char *listener;
    const char *peer;
    uint32_t peer_port;
};

/// Connects to the gateway and sends the hello. Returns false after logging the error.
bool link_dial(struct link *link, const struct gateway *gateway, const struct hello *hello);

/// Reads the gateway's version byte. Returns 1 if it has been read, 0 if there is no data yet, -1 for a
/// protocol violation.
int link_greeting(struct link *link, const char **reason);
/// Reads available data; may set `ended`.
void link_receive(struct link *link);
/// The next complete frame. Returns 1, 0 if there is none yet, or -1 for a protocol violation. The frame is
/// valid until the next call of link_receive or link_next.
int link_next(struct link *link, struct frame *frame, const char **reason);

/// The end of the outgoing data, and the free space there in bytes.
uint8_t *link_tail(struct link *link, size_t *room);
/// Completes a frame and queues it. False if there is no room now.
bool link_queue(struct link *link, struct writer *frame);
/// Queues EXITED or KILLED, for a wait status. False if there is no room now.
bool link_queue_end(struct link *link, int status);
void link_queued(struct link *link, size_t length);
/// Writes as much as possible without blocking; may set `ended`.
void link_flush(struct link *link);
/// Writes all queued data, waiting at most `timeout` milliseconds.
void link_finish(struct link *link, int timeout);
/// The same, and then a frame with so many descriptors, LINK_PASSED at most. False with errno when they cannot be passed,
/// and then nothing of the frame has been written.
bool link_pass(struct link *link, struct writer *frame, const int *descriptors, size_t count);
/// Waits until the gateway closes the connection. False when it sends something instead.
bool link_await_end(struct link *link);

/// Queues a FAILED frame.
void link_failed(struct link *link, int error, unsigned stage, const char *what);

#endif
