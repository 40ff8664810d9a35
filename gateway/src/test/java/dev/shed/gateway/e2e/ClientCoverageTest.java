package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Every verb and option of the client is tried against a real gateway by some integration test.
class ClientCoverageTest {
    @Test
    void someTestNamesEveryVerbAndOption() {
        var named = new TreeSet<String>();
        new ClassFileImporter()
                .importPackagesOf(Exercises.class).stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(Exercises.class))
                        .map(method -> method.getAnnotationOfType(Exercises.class))
                        .forEach(exercises -> named.addAll(Arrays.asList(exercises.value())));

        assertThat(named).containsAll(Exercised.all()).isSubsetOf(Exercised.all());
    }
}
