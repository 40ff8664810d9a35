/// Questions to many sheds at once, of which some may never answer.
@NullMarked
package dev.shed.gateway.query;

import org.jspecify.annotations.NullMarked;
