package dev.flightgate.client.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One JSON object a line for each row. Of columns with the same name, the second is called {@code
 * name_2}, and so on, since an object has each name once.
 */
final class JsonWriter implements ResultWriter {

  private final Writer out;
  private final JsonGenerator json;
  private List<String> names = List.of();

  JsonWriter(Writer out) throws IOException {
    this.out = out;
    this.json =
        new JsonFactory()
            .createGenerator(out)
            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
            .setRootValueSeparator(null);
  }

  @Override
  public void begin(Schema schema) {
    Set<String> taken = new HashSet<>();
    names = schema.getFields().stream().map(field -> unique(field, taken)).toList();
  }

  private static String unique(Field field, Set<String> taken) {
    String name = field.getName();
    for (int i = 2; !taken.add(name); i++) {
      name = field.getName() + "_" + i;
    }
    return name;
  }

  @Override
  public void write(VectorSchemaRoot batch, int rows) throws IOException {
    List<FieldVector> columns = batch.getFieldVectors();
    for (int row = 0; row < rows; row++) {
      json.writeStartObject();
      for (int i = 0; i < columns.size(); i++) {
        json.writeFieldName(names.get(i));
        JsonCells.write(json, columns.get(i), row);
      }
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  @Override
  public void end() throws IOException {
    json.flush();
    out.flush();
  }
}
