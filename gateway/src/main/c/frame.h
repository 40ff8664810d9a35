// Frames and their values, as specified in docs/porter-protocol.md. Nothing here does I/O.
#ifndef PORTER_FRAME_H
#define PORTER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    // 1 is what every gateway speaks; since 2 DIAL is answered with the socket itself, since 3 SPAWN without a terminal with
    // the pipes; since 4 there are listings, after which a connection takes another request; since 5 SPAWN with a terminal
    // can be answered with its master. Where connections are carried always 1.
    PROTOCOL_FIRST = 1,
    PROTOCOL_PASSING = 2,
    PROTOCOL_PASSING_STREAMS = 3,
    PROTOCOL_LISTING = 4,
    PROTOCOL_PASSING_TERMINALS = 5,
    PROTOCOL_VERSION = PROTOCOL_PASSING_TERMINALS,
    FRAME_HEADER = 5,
    MAX_REQUEST = 1 << 20, // room for a command line of 100 kB and a large environment
    MAX_FRAME = 1 << 16,
};

enum frame_type {
    STAT = 0x02,
    SPAWN = 0x10,
    DIAL = 0x11,
    LISTEN = 0x12,
    IN = 0x20,
    IN_EOF = 0x21,
    RESIZE = 0x22,
    SIGNAL = 0x23,
    HELLO = 0x80,
    STATUS = 0x81,
    STARTED = 0x90,
    FAILED = 0x91,
    CONNECTED = 0x92,
    LISTENING = 0x93,
    OUT = 0xA0,
    ERR = 0xA1,
    OUT_EOF = 0xA2,
    CREDIT = 0xA3,
    IN_CLOSED = 0xA4,
    EXITED = 0xA5,
    KILLED = 0xA6,
    READY = 0xA7,
};

enum hello_kind { HELLO_CONTROL = 1, HELLO_DATA = 2, HELLO_ACCEPTED = 3 };

/// A frame in a buffer. The payload points into the buffer.
struct frame {
    uint8_t type;
    uint8_t *payload;
    size_t length;
};

/// Parses the frame at the start of a buffer. Returns its size in bytes. Returns 0 if it is incomplete;
/// `*wanted` is then the buffer size it needs. Returns -1 for a protocol violation, with the reason in
/// `*reason`.
long frame_parse(uint8_t *data, size_t length, struct frame *frame, size_t *wanted, const char **reason);

/// Reads values from a payload. The first missing value sets `failed`, and from then on all are zero or
/// empty, so that callers check once at the end.
struct reader {
    uint8_t *at;
    uint8_t *end;
    bool failed;
};

struct reader reader_of(const struct frame *frame);
uint8_t read_u8(struct reader *in);
uint32_t read_u32(struct reader *in);

struct bytes {
    const uint8_t *data;
    size_t length;
};

struct bytes read_bytes(struct reader *in);

/// Reads a string. It is moved over its own length field to make room for the NUL. Fails if it contains a
/// NUL.
char *read_string(struct reader *in);

/// Reads a NULL-terminated array of strings, which the caller frees. NULL on failure, also if memory is
/// short.
char **read_strings(struct reader *in, size_t *count);

/// True if all values were present and no bytes are left.
bool reader_finished(const struct reader *in);

/// Builds one frame in a buffer of fixed size. A value that does not fit is left out and sets `overflow`.
struct writer {
    uint8_t *data;
    size_t size;
    size_t length;
    bool overflow;
};

struct writer frame_begin(uint8_t *data, size_t size, enum frame_type type);
void write_u8(struct writer *out, uint8_t value);
void write_u32(struct writer *out, uint32_t value);
void write_u64(struct writer *out, uint64_t value);
void write_bytes(struct writer *out, const void *data, size_t length);
void write_string(struct writer *out, const char *text);
/// Writes the length into the header and returns the total size of the frame.
size_t frame_end(struct writer *out);
/// Writes a header for a payload that follows it in the buffer.
void frame_header(uint8_t *data, enum frame_type type, uint32_t length);

#endif
