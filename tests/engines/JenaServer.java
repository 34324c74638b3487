import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.jena.graph.Graph;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.NodeFactory;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.QueryParseException;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.query.Syntax;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.DynamicDatasets;
import org.apache.jena.sparql.graph.GraphFactory;
import org.apache.jena.system.Txn;
import org.apache.jena.tdb2.TDB2;
import org.apache.jena.tdb2.TDB2Factory;

/**
 * Jena's query engine over HTTP, for tests: SPARQL 1.1 Protocol at /sparql, Graph Store Protocol at /data. PORT PASSWORD
 * [FOLDER]: in memory, or in a folder (TDB2), whose default graph is then the union of all.
 */
public class JenaServer {
  private static DatasetGraph DATA = DatasetFactory.createTxnMem().asDatasetGraph();

  private record Reply(int status, String type, byte[] body) {
    static Reply of(int status, String text) {
      return new Reply(status, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private interface Handler {
    Reply handle(HttpExchange exchange) throws IOException;
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    if (arguments.length > 2) {
      DATA = TDB2Factory.connectDataset(arguments[2]).asDatasetGraph();
      DATA.getContext().set(TDB2.symUnionDefaultGraph, true);
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newFixedThreadPool(4));
    serve(server, "/sparql", JenaServer::query);
    HttpContext store = serve(server, "/data", JenaServer::store);
    store.setAuthenticator(
        new BasicAuthenticator("test") {
          @Override
          public boolean checkCredentials(String user, String password) {
            return password.equals(arguments[1]);
          }
        });
    server.start();
  }

  private static HttpContext serve(HttpServer server, String path, Handler handler) {
    return server.createContext(
        path,
        exchange -> {
          Reply reply;
          try {
            reply = handler.handle(exchange);
          } catch (QueryParseException error) {
            reply = Reply.of(400, error.getMessage());
          } catch (RuntimeException error) {
            reply = Reply.of(500, error.toString());
          }
          exchange.getResponseHeaders().set("Content-Type", reply.type());
          exchange.sendResponseHeaders(reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
          exchange.getResponseBody().write(reply.body());
          exchange.close();
        });
  }

  private static Reply query(HttpExchange exchange) throws IOException {
    Map<String, List<String>> form = read(exchange.getRequestURI().getRawQuery());
    form.putAll(read(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    Query query = QueryFactory.create(form.get("query").get(0), Syntax.syntaxSPARQL_11);
    List<String> defaults = form.getOrDefault("default-graph-uri", List.of());
    List<String> named = form.getOrDefault("named-graph-uri", List.of());
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    return Txn.calculateRead(
        DATA,
        () -> {
          DatasetGraph data = DATA;
          if (!defaults.isEmpty() || !named.isEmpty()) {
            data = DynamicDatasets.dynamicDataset(nodes(defaults), nodes(named), DATA, false);
          }
          return answer(query, DatasetFactory.wrap(data), accept);
        });
  }

  private static Reply answer(Query query, Dataset data, String accept) {
    boolean isGraph = query.isConstructType() || query.isDescribeType();
    String type = isGraph ? "application/n-triples" : "application/sparql-results+json";
    if (accept != null && !accept.contains(type) && !accept.contains("*/*")) {
      return Reply.of(406, "Not acceptable: " + accept);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (QueryExecution execution = QueryExecutionFactory.create(query, data)) {
      if (query.isConstructType()) {
        RDFDataMgr.write(out, execution.execConstruct(), Lang.NTRIPLES);
      } else if (query.isDescribeType()) {
        RDFDataMgr.write(out, execution.execDescribe(), Lang.NTRIPLES);
      } else if (query.isAskType()) {
        ResultSetFormatter.outputAsJSON(out, execution.execAsk());
      } else {
        ResultSetFormatter.outputAsJSON(out, execution.execSelect());
      }
    }
    return new Reply(200, type, out.toByteArray());
  }

  private static Reply store(HttpExchange exchange) throws IOException {
    Map<String, List<String>> form = read(exchange.getRequestURI().getRawQuery());
    Node name = form.containsKey("graph") ? NodeFactory.createURI(form.get("graph").get(0)) : null;
    boolean exists = name == null || Txn.calculateRead(DATA, () -> DATA.containsGraph(name));
    String method = exchange.getRequestMethod();
    if (!exists && !method.equals("PUT") && !method.equals("POST")) {
      return Reply.of(404, "No such graph");
    }
    Supplier<Graph> graph = () -> name == null ? DATA.getDefaultGraph() : DATA.getGraph(name);
    switch (method) {
      case "GET":
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Txn.executeRead(DATA, () -> RDFDataMgr.write(out, graph.get(), Lang.NTRIPLES));
        return new Reply(200, "application/n-triples", out.toByteArray());
      case "PUT":
      case "POST":
        Graph given = GraphFactory.createDefaultGraph();
        try (InputStream body = exchange.getRequestBody()) {
          RDFDataMgr.read(given, body, Lang.NTRIPLES);
        }
        Txn.executeWrite(
            DATA,
            () -> {
              if (method.equals("PUT")) {
                graph.get().clear();
              }
              given.find().forEachRemaining(graph.get()::add);
            });
        return Reply.of(204, "");
      case "DELETE":
        Txn.executeWrite(DATA, () -> graph.get().clear());
        return Reply.of(204, "");
      default:
        return Reply.of(405, method);
    }
  }

  private static List<Node> nodes(List<String> names) {
    return names.stream().map(NodeFactory::createURI).toList();
  }

  private static Map<String, List<String>> read(String form) {
    Map<String, List<String>> found = new TreeMap<>();
    for (String pair : (form == null ? "" : form).split("&")) {
      String[] parts = pair.split("=", 2);
      String value = parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "";
      found.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(value);
    }
    return found;
  }
}
