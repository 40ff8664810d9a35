#include "carry_frame.h"

static uint32_t load_u32(const uint8_t *data) {
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static void store_u32(uint8_t *data, uint32_t value) {
    data[0] = (uint8_t)(value >> 24);
    data[1] = (uint8_t)(value >> 16);
    data[2] = (uint8_t)(value >> 8);
    data[3] = (uint8_t)value;
}

/// Why the gateway cannot have sent this header; NULL if it can.
static const char *flaw(uint8_t type, uint32_t channel, uint32_t length) {
    if ((channel == 0) != (type == CARRY_KEEPALIVE)) {
        return "a frame of no channel, or a KEEPALIVE of one";
    }
    switch (type) {
    case CARRY_DATA:
        return length == 0 || length > CARRY_MAX_DATA ? "DATA without bytes, or too long" : NULL;
    case CARRY_WINDOW_ADJUST:
        return length != 4 ? "WINDOW_ADJUST: malformed" : NULL;
    case CARRY_EOF:
    case CARRY_CLOSE:
    case CARRY_KEEPALIVE:
        return length != 0 ? "bytes in a frame that has none" : NULL;
    default:
        return "unknown frame type";
    }
}

long carry_parse(const uint8_t *data, size_t length, struct carry_frame *frame, const char **reason) {
    if (length < CARRY_HEADER) {
        return 0;
    }
    *frame = (struct carry_frame){.type = data[0], .channel = load_u32(data + 1), .payload = data + CARRY_HEADER};
    uint32_t payload = load_u32(data + 5);
    *reason = flaw(frame->type, frame->channel, payload);
    if (*reason != NULL) {
        return -1;
    }
    if (length - CARRY_HEADER < payload) {
        return 0;
    }
    frame->length = payload;
    frame->adjust = frame->type == CARRY_WINDOW_ADJUST ? load_u32(frame->payload) : 0;
    return (long)(CARRY_HEADER + payload);
}

void carry_header(uint8_t *data, enum carry_type type, uint32_t channel, uint32_t length) {
    data[0] = (uint8_t)type;
    store_u32(data + 1, channel);
    store_u32(data + 5, length);
}

size_t carry_short(uint8_t data[CARRY_SHORT], enum carry_type type, uint32_t channel, uint32_t adjust) {
    uint32_t length = type == CARRY_WINDOW_ADJUST ? 4 : 0;
    carry_header(data, type, channel, length);
    store_u32(data + CARRY_HEADER, adjust);
    return CARRY_HEADER + length;
}
