/// The grammar of addresses: login names, shed names, session names. Parsed once, at the edge.
@NullMarked
package dev.shed.gateway.name;

import org.jspecify.annotations.NullMarked;
