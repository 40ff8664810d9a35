import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// NewerClasses IN.jar OUT.jar: the same classes in a newer format. A JDK's AOT cache leaves out classes of Java 5 and
/// older, as picocli's are, because they have no stack maps; here they get them.
class NewerClasses {
    private static final int JAVA_8 = 52;

    public static void main(String[] arguments) throws IOException {
        var in = Path.of(arguments[0]);
        try (var jar = new JarFile(in.toFile());
                var loader = new URLClassLoader(new URL[] {in.toUri().toURL()});
                var out = new ZipOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
            var hierarchy = ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
            var format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(hierarchy));
            for (var entry : Collections.list(jar.entries())) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(newer(format, entry.getName(), jar.getInputStream(entry).readAllBytes()));
                out.closeEntry();
            }
        }
    }

    private static byte[] newer(ClassFile format, String name, byte[] bytes) {
        if (!name.endsWith(".class")) {
            return bytes;
        }
        var model = format.parse(bytes);
        return model.majorVersion() >= JAVA_8 ? bytes : format.transformClass(model, withStackMaps());
    }

    /// Methods are written anew only when something looks at their code.
    private static ClassTransform withStackMaps() {
        ClassTransform version = (builder, element) ->
                builder.with(element instanceof ClassFileVersion ? ClassFileVersion.of(JAVA_8, 0) : element);
        return version.andThen(ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element)));
    }
}
