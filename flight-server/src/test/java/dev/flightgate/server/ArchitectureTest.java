package dev.flightgate.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls of the design: who may know whom. */
class ArchitectureTest {

  private static final String ROOT = "dev.flightgate.server";
  private static final String ENGINES = ROOT + ".backend.*..";
  private static JavaClasses server;

  @BeforeAll
  static void load() {
    server =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    assertThat(server).hasSizeGreaterThan(100);
  }

  @Test
  void packages_importOnlyWhatIsBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("wiring")
        .definedBy(ROOT)
        .layer("door")
        .definedBy(ROOT + ".flight..")
        .layer("httpDoor")
        .definedBy(ROOT + ".http..")
        .layer("metrics")
        .definedBy(ROOT + ".metrics..")
        .layer("health")
        .definedBy(ROOT + ".health..")
        .layer("audit")
        .definedBy(ROOT + ".audit..")
        .layer("traces")
        .definedBy(ROOT + ".traces..")
        .layer("listener")
        .definedBy(ROOT + ".listener..")
        .layer("query")
        .definedBy(ROOT + ".query..")
        .layer("session")
        .definedBy(ROOT + ".session..")
        .layer("auth")
        .definedBy(ROOT + ".auth..")
        .layer("sample")
        .definedBy(ROOT + ".sample..")
        .layer("engines")
        .definedBy(ENGINES)
        .layer("spi")
        .definedBy(ROOT + ".backend")
        .layer("config")
        .definedBy(ROOT + ".config..")
        .layer("files")
        .definedBy(ROOT + ".files..")
        .layer("tls")
        .definedBy(ROOT + ".tls..")
        .layer("sql")
        .definedBy(ROOT + ".sql..")
        .whereLayer("wiring")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("door")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("httpDoor")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("metrics")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("health")
        .mayOnlyBeAccessedByLayers("wiring", "door", "httpDoor", "metrics")
        .whereLayer("audit")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("traces")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("listener")
        .mayOnlyBeAccessedByLayers("wiring", "door", "audit", "traces")
        .whereLayer("query")
        .mayOnlyBeAccessedByLayers("wiring", "door", "audit", "traces", "listener", "metrics")
        .whereLayer("session")
        .mayOnlyBeAccessedByLayers("wiring", "door", "query", "health")
        .whereLayer("auth")
        .mayOnlyBeAccessedByLayers(
            "wiring", "door", "audit", "traces", "listener", "query", "session")
        .whereLayer("sample")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("engines")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("tls")
        .mayOnlyBeAccessedByLayers("wiring", "door", "httpDoor")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers(
            "wiring", "door", "httpDoor", "audit", "query", "session", "auth", "tls")
        .whereLayer("files")
        .mayOnlyBeAccessedByLayers("wiring", "auth", "config", "tls")
        .check(server);
  }

  @Test
  void engines_doNotKnowEachOther() {
    slices()
        .matching(ROOT + ".backend.(*)..")
        .should()
        .notDependOnEachOther()
        .check(server.that(resideInAPackage(ENGINES)));
  }

  @Test
  void flightGrpcAndProtobuf_areKnownToTheFlightDoorOnly() {
    noClasses()
        .that(not(resideInAPackage(ROOT + ".flight..")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.apache.arrow.flight..", "io.grpc..", "com.google.protobuf.."))
        .check(server);
  }

  @Test
  void netty_isKnownToTheDoorsOnly() {
    noClasses()
        .that(not(resideInAnyPackage(ROOT + ".flight..", ROOT + ".http..", ROOT + ".tls..")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.netty.."))
        .check(server);
  }

  @Test
  void theHttpDoor_takesNoStatements() {
    noClasses()
        .that(resideInAPackage(ROOT + ".http.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                ROOT + ".query..", ROOT + ".session..", ROOT + ".auth..", ROOT + ".backend.."))
        .check(server);
  }

  @Test
  void micrometer_isKnownToMetricsOnly() {
    noClasses()
        .that(not(resideInAPackage(ROOT + ".metrics..")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.micrometer..", "io.prometheus.."))
        .check(server);
  }

  @Test
  void cryptographyOfOthers_isKnownToAuthOnly() {
    noClasses()
        .that(not(resideInAPackage(ROOT + ".auth..")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("com.nimbusds..", "org.bouncycastle.."))
        .check(server);
    noClasses()
        .that(resideInAPackage(ROOT + ".auth"))
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + ".auth.configured.."))
        .check(server);
  }

  @Test
  void openTelemetry_isKnownToTheTracesOnly() {
    noClasses()
        .that(not(resideInAPackage(ROOT + ".traces..")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.opentelemetry.."))
        .check(server);
  }

  @Test
  void jdbcDriversOfEngines_areKnownToTheirBackendOnly() {
    noClasses()
        .that(not(resideInAPackage(ROOT + ".backend.duckdb..")))
        .should()
        .dependOnClassesThat(resideInAPackage("org.duckdb.."))
        .check(server);
    noClasses()
        .that(not(resideInAPackage(ROOT + ".backend.sqlite..")))
        .should()
        .dependOnClassesThat(resideInAPackage("org.sqlite.."))
        .check(server);
  }

  @Test
  void eachEngine_hasOnePublicClass() {
    classes()
        .that(resideInAPackage(ENGINES))
        .and()
        .areTopLevelClasses()
        .and()
        .haveSimpleNameNotEndingWith("BackendFactory")
        .should()
        .notBePublic()
        .check(server);
  }

  @Test
  void theDoors_showTheDoorsOnly() {
    classes()
        .that(resideInAnyPackage(ROOT + ".flight", ROOT + ".http"))
        .and()
        .areTopLevelClasses()
        .and()
        .haveSimpleNameNotEndingWith("Door")
        .should()
        .notBePublic()
        .check(server);
  }

  @Test
  void theDoorsWire_isKnownToTheDoorOnlyAndKnowsNobody() {
    noClasses()
        .that(not(resideInAPackage(ROOT + ".flight..")))
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + ".flight.wire.."))
        .check(server);
    noClasses()
        .that(resideInAPackage(ROOT + ".flight.wire.."))
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + "..").and(not(resideInAPackage(ROOT + ".flight.wire.."))))
        .check(server);
  }

  @Test
  void classes_areFinalUnlessMeantToBeExtended() {
    classes()
        .that()
        .areNotInterfaces()
        .and()
        .doNotHaveModifier(JavaModifier.ABSTRACT)
        .and()
        .areTopLevelClasses()
        .and()
        .areNotEnums()
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(server);
  }

  @Test
  void nothing_printsStackTraces() {
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(server);
    methods()
        .that()
        .haveName("finalize")
        .should()
        .notBePublic()
        .allowEmptyShould(true)
        .check(server);
  }
}
