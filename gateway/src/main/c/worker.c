// One data connection: waits for its request and serves it.
#include "base.h"
#include "porter.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEND_TIMEOUT = 10000 };

static void refuse(struct link *link, const char *reason) {
    log_line("request: %s", reason);
    link_failed(link, EINVAL, STAGE_REQUEST, reason);
}

/// Whether the connection takes another request afterwards.
static bool serve(const struct porter *porter, struct link *link, const struct frame *frame) {
    const char *reason = "this frame is not a request";
    struct spawn spawn;
    struct dial dial;
    struct listen listen;
    if (frame->type == SPAWN && decode_spawn(frame, &spawn, &reason)) {
        if (spawn.program != PROGRAM_LISTING) {
            write_pid(porter->notify);
        }
        bool ready = task_run(porter, link, &spawn);
        free_spawn(&spawn);
        if (!ready) {
            write_pid(porter->notify); // the second time is ignored
        }
        return ready;
    }
    write_pid(porter->notify);
    if (frame->type == DIAL && decode_dial(frame, &dial, &reason)) {
        dial_run(porter, link, &dial);
    } else if (frame->type == LISTEN && decode_listen(frame, &listen, &reason)) {
        listen_run(porter, link, &listen);
    } else {
        refuse(link, reason);
    }
    return false;
}

/// Serves a copy of the request, because its strings are in the link's buffer, which is used to read more.
static bool serve_copy(const struct porter *porter, struct link *link, struct frame *frame) {
    uint8_t *copy = malloc(frame->length > 0 ? frame->length : 1);
    if (copy == NULL) {
        refuse(link, "no memory for a request");
        return false;
    }
    memcpy(copy, frame->payload, frame->length);
    frame->payload = copy;
    bool ready = serve(porter, link, frame);
    free(copy);
    return ready;
}

void worker_run(const struct porter *porter, struct link *link) {
    struct frame frame;
    const char *reason = "";
    int found = 0;
    while (found == 0 && !link->ended) {
        link_flush(link);
        struct pollfd fds[] = {
            {.fd = link->fd, .events = POLLIN},
            {.fd = porter->life, .events = POLLIN},
            {.fd = link->out_length > 0 ? link->fd : -1, .events = POLLOUT},
        };
        poll(fds, 3, -1);
        if (fds[1].revents != 0) {
            return;
        }
        if (fds[0].revents != 0) {
            link_receive(link);
            found = link_next(link, &frame, &reason);
        }
        if (found > 0 && serve_copy(porter, link, &frame)) {
            found = 0;
        }
    }
    if (found < 0) {
        log_line("data connection: %s", reason);
        link_failed(link, EPROTO, STAGE_REQUEST, reason);
    }
    link_finish(link, SEND_TIMEOUT);
}
