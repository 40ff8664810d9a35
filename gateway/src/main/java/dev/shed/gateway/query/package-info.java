/// Queries to many sheds at once, some of which may never answer.
@NullMarked
package dev.shed.gateway.query;

import org.jspecify.annotations.NullMarked;
