// The frames of `porter --carry`, as specified in docs/porter-protocol.md, section 12. Nothing here does I/O.
#ifndef PORTER_CARRY_FRAME_H
#define PORTER_CARRY_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum {
    CARRY_VERSION = 1,
    CARRY_HEADER = 9,
    CARRY_MAX_DATA = 1 << 15,
    // How many bytes of one channel the gateway may send before the porter grants more, and the most that it ever may.
    CARRY_WINDOW = 1 << 16,
    // How many bytes of one channel the porter may send before the gateway grants more: room for a HELLO.
    CARRY_FIRST_CREDIT = 2048,
    // The most that the gateway may have granted.
    CARRY_MAX_CREDIT = 1 << 30,
};

enum carry_type {
    CARRY_OPEN = 1,
    CARRY_DATA = 2,
    CARRY_WINDOW_ADJUST = 3,
    CARRY_EOF = 4,
    CARRY_CLOSE = 5,
    CARRY_KEEPALIVE = 6,
};

/// A frame in a buffer. The payload points into the buffer; `adjust` is that of a WINDOW_ADJUST.
struct carry_frame {
    uint8_t type;
    uint32_t channel;
    uint32_t adjust;
    const uint8_t *payload;
    size_t length;
};

/// Parses the gateway's frame at the start of a buffer. Returns its size in bytes, 0 if it is incomplete, or -1 for a
/// protocol violation, with the reason in `*reason`.
long carry_parse(const uint8_t *data, size_t length, struct carry_frame *frame, const char **reason);

/// Writes a header for a payload that follows it in the buffer.
void carry_header(uint8_t *data, enum carry_type type, uint32_t channel, uint32_t length);

enum { CARRY_SHORT = CARRY_HEADER + 4 };

/// Writes a frame without DATA, and returns its size. `adjust` is for WINDOW_ADJUST only.
size_t carry_short(uint8_t data[CARRY_SHORT], enum carry_type type, uint32_t channel, uint32_t adjust);

#endif
