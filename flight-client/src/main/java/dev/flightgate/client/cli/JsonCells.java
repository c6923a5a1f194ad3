package dev.flightgate.client.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;

/**
 * Cells as JSON values. Numbers keep every digit; NaN and infinities, which JSON has no numbers
 * for, are texts; bytes are Base64; a map is a list of objects with {@code key} and {@code value},
 * since its keys need not be texts.
 */
final class JsonCells {

  private static final JsonFactory JSON = new JsonFactory();

  private JsonCells() {}

  /** A cell of a nested type as one line of JSON. */
  static String text(FieldVector vector, int row) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json, vector, row);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }

  static void write(JsonGenerator json, FieldVector vector, int row) throws IOException {
    if (vector.isNull(row)) {
      json.writeNull();
      return;
    }
    switch (vector.getMinorType()) {
      case BIT -> json.writeBoolean("true".equals(CellText.of(vector, row)));
      case TINYINT, SMALLINT, INT, BIGINT, UINT1, UINT2, UINT4, UINT8, DECIMAL, DECIMAL256 ->
          json.writeNumber(CellText.of(vector, row));
      case FLOAT4, FLOAT8 -> {
        String number = String.valueOf(CellText.of(vector, row));
        if (number.equals("NaN") || number.endsWith("Infinity")) {
          json.writeString(number);
        } else {
          json.writeNumber(number);
        }
      }
      case VARBINARY, LARGEVARBINARY, FIXEDSIZEBINARY ->
          json.writeBinary(CellText.bytes(vector, row));
      case TIMESTAMPSEC,
          TIMESTAMPMILLI,
          TIMESTAMPMICRO,
          TIMESTAMPNANO,
          TIMESTAMPSECTZ,
          TIMESTAMPMILLITZ,
          TIMESTAMPMICROTZ,
          TIMESTAMPNANOTZ ->
          json.writeString(String.valueOf(CellText.of(vector, row)).replace(' ', 'T'));
      case LIST, LARGELIST, FIXED_SIZE_LIST, MAP -> list(json, (BaseListVector) vector, row);
      case STRUCT -> struct(json, (StructVector) vector, row);
      case UNION -> write(json, (FieldVector) ((UnionVector) vector).getVector(row), row);
      case DENSEUNION -> {
        DenseUnionVector union = (DenseUnionVector) vector;
        write(
            json, (FieldVector) union.getVectorByType(union.getTypeId(row)), union.getOffset(row));
      }
      default -> json.writeString(CellText.of(vector, row));
    }
  }

  private static void list(JsonGenerator json, BaseListVector list, int row) throws IOException {
    FieldVector elements = list.getChildrenFromFields().get(0);
    json.writeStartArray();
    for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
      if (list instanceof MapVector) {
        entry(json, (StructVector) elements, i);
      } else {
        write(json, elements, i);
      }
    }
    json.writeEndArray();
  }

  private static void entry(JsonGenerator json, StructVector entries, int row) throws IOException {
    json.writeStartObject();
    json.writeFieldName("key");
    write(json, entries.getChildrenFromFields().get(0), row);
    json.writeFieldName("value");
    write(json, entries.getChildrenFromFields().get(1), row);
    json.writeEndObject();
  }

  private static void struct(JsonGenerator json, StructVector struct, int row) throws IOException {
    json.writeStartObject();
    for (FieldVector field : struct.getChildrenFromFields()) {
      json.writeFieldName(field.getName());
      write(json, field, row);
    }
    json.writeEndObject();
  }
}
