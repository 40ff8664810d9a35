/// The grammar of addresses: login names, shed names, session names. They are parsed once, where they arrive.
@NullMarked
package dev.shed.gateway.name;

import org.jspecify.annotations.NullMarked;
