package dev.flightgate.server.backend;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Values for a statement's placeholders: one column for each placeholder, one row for each
 * execution. Immutable in use; the root stays owned by whoever made it and outlives every use.
 */
public final class Parameters {

  /** One execution without values. */
  public static final Parameters NONE = new Parameters(null);

  private final @Nullable VectorSchemaRoot root;

  private Parameters(@Nullable VectorSchemaRoot root) {
    this.root = root;
  }

  /** The rows of a root; dictionaries already decoded. */
  public static Parameters of(VectorSchemaRoot root) {
    return new Parameters(root);
  }

  /** How many executions: 1 for {@link #NONE}, and 0 for an empty root. */
  public int rowCount() {
    return root == null ? 1 : root.getRowCount();
  }

  /** How many values each execution has. */
  public int columnCount() {
    return root == null ? 0 : root.getFieldVectors().size();
  }

  /** The values of one placeholder, counted from 0. */
  public FieldVector column(int index) {
    if (root == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return root.getVector(index);
  }

  /** The types of the values; no fields for {@link #NONE}. */
  public Schema schema() {
    return root == null ? new Schema(java.util.List.of()) : root.getSchema();
  }

  /**
   * Checks the number of values against the number of placeholders.
   *
   * @throws BackendException INVALID_DATA if they differ
   */
  public void requireColumns(int placeholders) {
    if (columnCount() != placeholders) {
      throw new BackendException(
          BackendException.Kind.INVALID_DATA,
          "the statement has "
              + placeholders
              + (placeholders == 1 ? " placeholder, but " : " placeholders, but ")
              + columnCount()
              + (columnCount() == 1 ? " value was bound" : " values were bound"));
    }
  }
}
