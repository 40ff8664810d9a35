/// The configuration file as checked records. Only this package uses YAML.
@NullMarked
package dev.shed.gateway.config;

import org.jspecify.annotations.NullMarked;
