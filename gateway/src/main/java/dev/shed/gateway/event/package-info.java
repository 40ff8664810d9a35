/// What happens in sheds, as it happens.
@NullMarked
package dev.shed.gateway.event;

import org.jspecify.annotations.NullMarked;
