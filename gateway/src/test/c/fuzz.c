// libFuzzer target: everything that parses what came from outside. The first byte chooses what the rest is given to.
#include "account.h"
#include "address.h"
#include "channel.h"
#include "osc.h"
#include "report.h"
#include "request.h"
#include "signal_name.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// As a connection is read: frame after frame from one buffer.
static void frames(uint8_t *data, size_t size) {
    while (size > 0) {
        struct frame frame;
        size_t wanted;
        const char *reason;
        long taken = frame_parse(data, size, &frame, &wanted, &reason);
        if (taken <= 0) {
            return;
        }
        struct spawn spawn;
        struct dial dial;
        struct listen listen;
        struct winsize window;
        struct reader in = reader_of(&frame);
        switch (frame.type) {
        case SPAWN:
            if (decode_spawn(&frame, &spawn, &reason)) {
                struct termios termios = {.c_cflag = CS8};
                modes_apply(spawn.modes, &termios);
                terminfo_choose(spawn.terms, spawn.term_count, "/nosuch", NULL, spawn.directory);
                free_spawn(&spawn);
            }
            break;
        case DIAL:
            if (decode_dial(&frame, &dial, &reason)) {
                struct sockaddr_storage address = {.ss_family = AF_INET6};
                address_in(&address, dial.refused);
            }
            break;
        case LISTEN:
            decode_listen(&frame, &listen, &reason);
            break;
        case RESIZE:
            decode_window(&frame, &window);
            break;
        default:
            signal_number(read_string(&in));
            break;
        }
        data += taken;
        size -= (size_t)taken;
    }
}

/// user NUL passwd NUL group
static void accounts(const char *data, size_t size) {
    static struct account account;
    const char *end = data + size;
    const char *first = memchr(data, 0, size);
    if (first == NULL) {
        return;
    }
    const char *passwd = first + 1;
    const char *second = memchr(passwd, 0, (size_t)(end - passwd));
    const char *group = second == NULL ? end : second + 1;
    account_find(data, (struct text){.data = passwd, .length = (size_t)((second == NULL ? end : second) - passwd)},
                 (struct text){.data = group, .length = (size_t)(end - group)}, &account);
}

static void read_report(void *context, const char *body, size_t length, bool bell) {
    struct report report;
    char text[2 * REPORT_MESSAGE + 3];
    (void)context;
    (void)bell;
    report_parse(&report, body, length);
    json_string(text, report.message);
}

static void output(const uint8_t *data, size_t size) {
    static struct osc osc;
    osc.state = OSC_GROUND;
    osc_scan(&osc, data, size, 1, read_report, NULL);
}

/// As a carrier reads its stream: the frames of one channel, whose porter reads nothing.
static void carried(const uint8_t *data, size_t size) {
    static struct channel channel;
    struct carry_frame frame;
    uint8_t told[CARRY_SHORT];
    const char *reason = NULL;
    int ends[2];
    long taken;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        abort();
    }
    channel_begin(&channel, 1, ends[0], 0);
    while (reason == NULL && (taken = carry_parse(data, size, &frame, &reason)) > 0) {
        reason = frame.type == CARRY_KEEPALIVE ? NULL : channel_take(&channel, &frame);
        channel_serve(&channel, POLLOUT);
        while (channel_tell(&channel, told) > 0) {
        }
        if (channel.window + channel.length > CARRY_WINDOW || (channel.length > 0 && channel.pending == NULL)) {
            abort();
        }
        data += taken;
        size -= (size_t)taken;
    }
    channel_end(&channel);
    close(ends[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) {
        return 0;
    }
    uint8_t *copy = malloc(size); // exact, and ours to write in
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    if (copy[0] & 4) {
        carried(copy + 1, size - 1);
    } else if (copy[0] & 2) {
        output(copy + 1, size - 1);
    } else if (copy[0] & 1) {
        accounts((const char *)copy + 1, size - 1);
    } else {
        frames(copy + 1, size - 1);
    }
    free(copy);
    return 0;
}
