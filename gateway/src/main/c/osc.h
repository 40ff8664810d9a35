// Finds OSC 7501 (Program Status Protocol) in the output of a program, byte by byte and without keeping the output.
#ifndef PORTER_OSC_H
#define PORTER_OSC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OSC_BODY = 4096,     // a longer sequence is ignored
    OSC_PATIENCE = 5000, // milliseconds after which tmux gives a string without an end up, too
};

enum osc_state {
    OSC_GROUND,
    OSC_ESCAPE,  // after ESC
    OSC_NUMBER,  // within an OSC that may still be 7501
    OSC_REPORT,  // within the body of OSC 7501
    OSC_END,     // after an ESC in such a body
    OSC_OTHER,   // within another OSC
    OSC_STRING,  // within SOS, PM, APC, or the name of a window
    OSC_DCS,     // within the parameters of a DCS
    OSC_PASSED,  // within the data of a DCS, in which ESC is doubled
    OSC_ESCAPED, // after an ESC there
};

struct osc {
    enum osc_state state;
    uint64_t began; // when the string began
    size_t length;
    char body[OSC_BODY];
};

/// Called with what stands behind `7501;`, without control characters. `bell` tells whether BEL has ended it.
typedef void osc_found(void *context, const char *body, size_t length, bool bell);

/// Scans the next bytes of the output, which may be cut anywhere.
void osc_scan(struct osc *osc, const uint8_t *bytes, size_t count, uint64_t now, osc_found *found, void *context);

#endif
