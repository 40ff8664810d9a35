/// The configuration file as checked records. The only place that knows YAML.
@NullMarked
package dev.shed.gateway.config;

import org.jspecify.annotations.NullMarked;
