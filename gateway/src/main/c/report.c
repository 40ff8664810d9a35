#include "report.h"

#include <string.h>

static const char *const STATES[] = {"working", "idle", "done", "blocked", "error"};

enum { STATE_COUNT = sizeof STATES / sizeof STATES[0] };

struct text {
    const char *start;
    size_t length;
};

static bool is(struct text text, const char *word) {
    return text.length == strlen(word) && memcmp(text.start, word, text.length) == 0;
}

static unsigned octet(const char *text, size_t at) {
    return (unsigned char)text[at];
}

/// The length of the printable character at the beginning; 0 if there is none.
static size_t character(const char *text, size_t length) {
    static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned first = octet(text, 0), code = first;
    size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size == 0 || size > length) {
        return 0;
    }
    if (size > 1) {
        code = first & (0x7fU >> size);
    }
    for (size_t i = 1; i < size; i++) {
        if ((octet(text, i) & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (octet(text, i) & 0x3f);
    }
    bool surrogate = code >= 0xd800 && code < 0xe000;
    return code < smallest[size] || code > 0x10ffff || surrogate || code < ' ' || (code >= 0x7f && code < 0xa0) ? 0
                                                                                                                : size;
}

static bool is_control(char byte) {
    return ((unsigned char)byte < ' ') || byte == 0x7f;
}

void printable_copy(char *to, size_t size, const char *from, size_t length) {
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        size_t whole = character(from + at, length - at), count = whole > 0 ? whole : 1;
        if (used + count >= size) {
            break;
        }
        if (whole > 0) {
            memcpy(to + used, from + at, whole);
        } else {
            to[used] = is_control(from[at]) ? ' ' : '?';
        }
        used += count;
        at += count;
    }
    to[used] = 0;
}

size_t json_string(char *to, const char *text) {
    size_t used = 0;
    to[used++] = '"';
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\') {
            to[used++] = '\\';
        }
        to[used++] = *text;
    }
    to[used++] = '"';
    to[used] = 0;
    return used;
}

static int sextet(char byte) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = byte == 0 ? NULL : strchr(digits, byte);
    return found == NULL ? -1 : (int)(found - digits);
}

/// Decodes base64, with or without its padding; the length, or 0 if it is none.
static size_t decode(char *to, struct text from) {
    size_t used = 0;
    unsigned bits = 0, held = 0;
    while (from.length > 0 && from.start[from.length - 1] == '=') {
        from.length--;
    }
    for (size_t i = 0; i < from.length; i++) {
        int value = sextet(from.start[i]);
        if (value < 0) {
            return 0;
        }
        bits = bits << 6 | (unsigned)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            to[used++] = (char)(bits >> held);
        }
    }
    return held == 6 ? 0 : used;
}

/// A long text may have been cut within its last character.
static bool is_text(const char *text, size_t length) {
    for (size_t at = 0; at < length;) {
        size_t size = character(text + at, length - at);
        if (size == 0 && !is_control(text[at])) {
            return at > REPORT_MESSAGE && length - at < 4;
        }
        at += size > 0 ? size : 1;
    }
    return length > 0;
}

/// The protocol has base64. A script may as well write the text itself, if it has no colon.
static void take_message(struct report *report, struct text value) {
    char decoded[4096];
    size_t length = value.length <= sizeof decoded ? decode(decoded, value) : 0;
    bool encoded = is_text(decoded, length);
    printable_copy(report->message, sizeof report->message, encoded ? decoded : value.start,
                   encoded ? length : value.length);
}

static bool take_state(struct report *report, struct text value) {
    for (size_t i = 0; i < STATE_COUNT; i++) {
        if (is(value, STATES[i])) {
            report->state = STATES[i];
            return true;
        }
    }
    return is(value, "clear");
}

struct told {
    struct report *report;
    bool state, part;
};

static void take(struct told *told, struct text key, struct text value) {
    if (is(key, "state")) {
        told->state = take_state(told->report, value);
    } else if (is(key, "kind")) {
        told->report->permission = is(value, "permission");
    } else if (is(key, "id")) {
        told->part = true;
    } else if (is(key, "msg") || (is(key, "title") && told->report->message[0] == 0)) {
        take_message(told->report, value);
    }
}

bool report_parse(struct report *report, const char *body, size_t length) {
    struct told told = {.report = report};
    memset(report, 0, sizeof *report);
    for (size_t at = 0; at < length;) {
        const char *word = body + at, *colon = memchr(word, ':', length - at);
        size_t size = colon == NULL ? length - at : (size_t)(colon - word);
        const char *equals = memchr(word, '=', size);
        if (equals != NULL) {
            size_t key = (size_t)(equals - word);
            take(&told, (struct text){word, key}, (struct text){equals + 1, size - key - 1});
        }
        at += size + 1;
    }
    return told.state && !told.part;
}

bool report_equal(const struct report *one, const struct report *other) {
    return one->state == other->state && one->permission == other->permission &&
           strcmp(one->message, other->message) == 0;
}
