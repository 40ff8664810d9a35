package dev.shed.gateway.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Names the verbs and options of the client that a test tries against a real gateway, as `attach` and
/// `attach --session`. The test fails when it did not.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Exercised.class)
@interface Exercises {
    String[] value();
}
