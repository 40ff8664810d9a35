package dev.shed.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/// What docs/ARCHITECTURE.md says of the client's packages.
@AnalyzeClasses(packages = "dev.shed.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.shed.cli";
    private static final long MAX_TYPES = 24;

    @ArchTest
    static final ArchRule thereAreNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule programsAreStartedInSshOnly = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".ssh")
            .should()
            .callConstructor(ProcessBuilder.class, List.class)
            .orShould()
            .callConstructor(ProcessBuilder.class, String[].class)
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class);

    @ArchTest
    static final ArchRule picocliIsKnownWhereVerbsAre = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT + ".call", ROOT + ".verb", ROOT + ".complete", ROOT + ".main", ROOT + ".manual")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static void aPackageStaysSmall(JavaClasses types) {
        assertThat(topLevel(types).collect(groupingBy(JavaClass::getPackageName, counting())))
                .isNotEmpty()
                .allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(MAX_TYPES));
    }

    @ArchTest
    static void everyTypeIsInAPackageBelowTheRoot(JavaClasses types) {
        assertThat(topLevel(types))
                .allSatisfy(type -> assertThat(type.getPackageName()).startsWith(ROOT + "."));
    }

    private static Stream<JavaClass> topLevel(JavaClasses types) {
        return types.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"));
    }
}
