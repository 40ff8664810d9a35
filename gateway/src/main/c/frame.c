#include "frame.h"

#include <stdlib.h>
#include <string.h>

static uint32_t load_u32(const uint8_t *data) {
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static void store_u32(uint8_t *data, uint32_t value) {
    data[0] = (uint8_t)(value >> 24);
    data[1] = (uint8_t)(value >> 16);
    data[2] = (uint8_t)(value >> 8);
    data[3] = (uint8_t)value;
}

static size_t limit_of(uint8_t type) {
    switch (type) {
    case SPAWN:
    case DIAL:
    case LISTEN:
        return MAX_REQUEST;
    case STAT:
    case IN:
    case IN_EOF:
    case RESIZE:
    case SIGNAL:
        return MAX_FRAME;
    default:
        return 0;
    }
}

long frame_parse(uint8_t *data, size_t length, struct frame *frame, size_t *wanted, const char **reason) {
    *wanted = FRAME_HEADER;
    if (length == 0) {
        return 0;
    }
    size_t limit = limit_of(data[0]);
    if (limit == 0) {
        *reason = "unknown frame type";
        return -1;
    }
    if (length < FRAME_HEADER) {
        return 0;
    }
    uint32_t payload = load_u32(data + 1);
    if (payload > limit) {
        *reason = "frame too long";
        return -1;
    }
    *wanted = (size_t)FRAME_HEADER + payload;
    if (length < *wanted) {
        return 0;
    }
    *frame = (struct frame){.type = data[0], .payload = data + FRAME_HEADER, .length = payload};
    return (long)*wanted;
}

struct reader reader_of(const struct frame *frame) {
    return (struct reader){.at = frame->payload, .end = frame->payload + frame->length, .failed = false};
}

static uint8_t *take(struct reader *in, size_t count) {
    if (in->failed || (size_t)(in->end - in->at) < count) {
        in->failed = true;
        return NULL;
    }
    uint8_t *taken = in->at;
    in->at += count;
    return taken;
}

uint8_t read_u8(struct reader *in) {
    const uint8_t *at = take(in, 1);
    return at == NULL ? 0 : *at;
}

uint32_t read_u32(struct reader *in) {
    const uint8_t *at = take(in, 4);
    return at == NULL ? 0 : load_u32(at);
}

struct bytes read_bytes(struct reader *in) {
    uint32_t length = read_u32(in);
    const uint8_t *at = take(in, length);
    return at == NULL ? (struct bytes){.data = (const uint8_t *)"", .length = 0}
                      : (struct bytes){.data = at, .length = length};
}

char *read_string(struct reader *in) {
    static char empty[1];
    uint32_t length = read_u32(in);
    uint8_t *at = take(in, length);
    if (at == NULL || (length > 0 && memchr(at, 0, length) != NULL)) {
        in->failed = true;
        return empty;
    }
    char *text = (char *)(at - 4);
    memmove(text, at, length);
    text[length] = 0;
    return text;
}

char **read_strings(struct reader *in, size_t *count) {
    uint32_t announced = read_u32(in);
    // Every string takes at least four bytes, so an impossible count is refused before memory is allocated.
    if (in->failed || announced > (size_t)(in->end - in->at) / 4) {
        in->failed = true;
        return NULL;
    }
    char **strings = calloc((size_t)announced + 1, sizeof *strings);
    if (strings == NULL) {
        in->failed = true;
        return NULL;
    }
    for (uint32_t i = 0; i < announced; i++) {
        strings[i] = read_string(in);
    }
    *count = announced;
    return strings;
}

bool reader_finished(const struct reader *in) {
    return !in->failed && in->at == in->end;
}

struct writer frame_begin(uint8_t *data, size_t size, enum frame_type type) {
    struct writer out = {.data = data, .size = size, .length = 0, .overflow = false};
    write_u8(&out, (uint8_t)type);
    write_u32(&out, 0);
    return out;
}

void write_bytes(struct writer *out, const void *data, size_t length) {
    if (length > out->size - out->length) {
        out->overflow = true;
        return;
    }
    if (length > 0) {
        memcpy(out->data + out->length, data, length);
    }
    out->length += length;
}

void write_u8(struct writer *out, uint8_t value) {
    write_bytes(out, &value, 1);
}

void write_u32(struct writer *out, uint32_t value) {
    uint8_t bytes[4];
    store_u32(bytes, value);
    write_bytes(out, bytes, sizeof bytes);
}

void write_u64(struct writer *out, uint64_t value) {
    write_u32(out, (uint32_t)(value >> 32));
    write_u32(out, (uint32_t)value);
}

void write_string(struct writer *out, const char *text) {
    size_t length = strlen(text);
    if (length + 4 > out->size - out->length) {
        out->overflow = true;
        return;
    }
    write_u32(out, (uint32_t)length);
    write_bytes(out, text, length);
}

size_t frame_end(struct writer *out) {
    if (out->length >= FRAME_HEADER) {
        store_u32(out->data + 1, (uint32_t)(out->length - FRAME_HEADER));
    }
    return out->length;
}

void frame_header(uint8_t *data, enum frame_type type, uint32_t length) {
    data[0] = (uint8_t)type;
    store_u32(data + 1, length);
}
