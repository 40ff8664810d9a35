// The states are those of tmux's parser, so that what is a string for tmux is one here.
#include "osc.h"

#include <string.h>

enum { BEL = 0x07, CAN = 0x18, SUB = 0x1a, ESC = 0x1b, DEL = 0x7f };

static const char NUMBER[] = "7501;";

static bool is_control(uint8_t byte) {
    return byte < ' ' || byte == DEL;
}

static void begin(struct osc *osc, enum osc_state state, uint64_t now) {
    osc->state = state;
    osc->began = now;
    osc->length = 0;
}

static void after_escape(struct osc *osc, uint8_t byte, uint64_t now) {
    switch (byte) {
    case ']':
        begin(osc, OSC_NUMBER, now);
        return;
    case 'P':
        begin(osc, OSC_DCS, now);
        return;
    case 'X':
    case '^':
    case '_':
    case 'k':
        begin(osc, OSC_STRING, now);
        return;
    default: // control characters are carried out, and the sequence goes on
        osc->state = byte == CAN || byte == SUB || !is_control(byte) ? OSC_GROUND : OSC_ESCAPE;
    }
}

static void in_number(struct osc *osc, uint8_t byte) {
    if (is_control(byte)) {
        return;
    }
    osc->state = byte == (uint8_t)NUMBER[osc->length] ? OSC_NUMBER : OSC_OTHER;
    osc->length++;
    if (osc->state == OSC_NUMBER && NUMBER[osc->length] == 0) {
        osc->state = OSC_REPORT;
        osc->length = 0;
    }
}

static void in_report(struct osc *osc, uint8_t byte) {
    if (is_control(byte)) {
        return;
    }
    if (osc->length == sizeof osc->body) {
        osc->state = OSC_OTHER;
    } else {
        osc->body[osc->length++] = (char)byte;
    }
}

/// A string that ends with any ESC, is cancelled, or is an OSC and ends with BEL.
static void in_string(struct osc *osc, uint8_t byte, osc_found *found, void *context) {
    bool report = osc->state == OSC_REPORT;
    if (byte == ESC) {
        osc->state = report ? OSC_END : OSC_ESCAPE;
    } else if (byte == CAN || byte == SUB) {
        osc->state = OSC_GROUND;
    } else if (byte == BEL && osc->state < OSC_STRING) {
        osc->state = OSC_GROUND;
        if (report) {
            found(context, osc->body, osc->length, true);
        }
    } else if (report) {
        in_report(osc, byte);
    } else if (osc->state == OSC_NUMBER) {
        in_number(osc, byte);
    } else if (osc->state == OSC_DCS && byte >= '@') {
        osc->state = OSC_PASSED;
    }
}

static void step(struct osc *osc, uint8_t byte, uint64_t now, osc_found *found, void *context) {
    switch (osc->state) {
    case OSC_GROUND:
        osc->state = byte == ESC ? OSC_ESCAPE : OSC_GROUND;
        return;
    case OSC_END:
        osc->state = OSC_GROUND;
        if (byte == '\\') {
            found(context, osc->body, osc->length, false);
            return;
        }
        osc->state = OSC_ESCAPE;
        // fall through
    case OSC_ESCAPE:
        if (byte != ESC) {
            after_escape(osc, byte, now);
        }
        return;
    case OSC_PASSED:
        osc->state = byte == ESC ? OSC_ESCAPED : OSC_PASSED;
        return;
    case OSC_ESCAPED:
        osc->state = byte == '\\' ? OSC_GROUND : OSC_PASSED;
        return;
    default:
        in_string(osc, byte, found, context);
    }
}

void osc_scan(struct osc *osc, const uint8_t *bytes, size_t count, uint64_t now, osc_found *found, void *context) {
    const uint8_t *end = bytes + count;
    if (osc->state > OSC_ESCAPE && now - osc->began > OSC_PATIENCE) {
        osc->state = OSC_GROUND;
    }
    while (bytes < end) {
        if (osc->state == OSC_GROUND || osc->state == OSC_PASSED) { // most of all output
            bytes = memchr(bytes, ESC, (size_t)(end - bytes));
            if (bytes == NULL) {
                return;
            }
        }
        step(osc, *bytes++, now, found, context);
    }
}
