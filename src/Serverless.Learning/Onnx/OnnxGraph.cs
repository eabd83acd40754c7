using System.Globalization;

namespace Serverless.Learning.Onnx;

/// <summary>
/// Builds the graph of one model. Field and type numbers are those of <c>onnx.proto</c> (github.com/onnx/onnx).
/// </summary>
/// <param name="inputNames">Names reserved for inputs.</param>
internal sealed class OnnxGraph(IEnumerable<string> inputNames)
{
    /// <summary>
    /// ONNX 1.16 (March 2024), the first version with trees that split on sets; readable since ONNX Runtime 1.20.
    /// </summary>
    private const int FileVersion = 10;
    private const int Operators = 21;
    private const int MachineLearningOperators = 5;
    private const string MachineLearning = "ai.onnx.ml";

    private readonly HashSet<string> _names = new(inputNames, StringComparer.Ordinal);
    private readonly Dictionary<double, OnnxValue> _numbers = [];
    private readonly ProtoWriter _graph = new();

    /// <summary>An input column: N rows of 1 value.</summary>
    public OnnxValue Input(string name, OnnxType type, string description)
    {
        _graph.Write(11, ValueInfo(name, type, 1).Write(3, description));
        return new OnnxValue(this, name);
    }

    /// <param name="columns">Values per row; null for a vector of one value per row.</param>
    /// <returns>The output's name: the requested one, unless an input has it.</returns>
    public string Output(string name, OnnxValue value, OnnxType type, int? columns, string description)
    {
        var free = Free(name);
        _graph.Write(1, Node("Identity", [value], free, [], domain: ""));
        _graph.Write(12, ValueInfo(free, type, columns).Write(3, description));
        return free;
    }

    /// <summary>Adds an operator.</summary>
    /// <returns>Its output.</returns>
    public OnnxValue Add(string op, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<ProtoWriter> attributes) =>
        Add(op, inputs, attributes, domain: "");

    /// <summary>Adds an operator that has a second output, which is not used but must have a name.</summary>
    /// <returns>Its first output.</returns>
    public OnnxValue AddFirstOfTwo(string op, OnnxValue input, ProtoWriter attribute)
    {
        var (first, second) = (Free(op), Free(op));
        _graph.Write(1, Node(op, [input], first, [attribute], domain: "", second));
        return new OnnxValue(this, first);
    }

    /// <summary>Adds an operator of ai.onnx.ml.</summary>
    /// <returns>Its output.</returns>
    public OnnxValue AddMachineLearning(string op, OnnxValue input, params ReadOnlySpan<ProtoWriter> attributes) =>
        Add(op, [input], attributes, MachineLearning);

    /// <summary>A scalar constant, which broadcasts to every shape.</summary>
    public OnnxValue Constant(double number)
    {
        if (_numbers.TryGetValue(number, out var known)) return known;
        var value = Initializer(OnnxTensor.Of(number));
        _numbers.Add(number, value);
        return value;
    }

    public OnnxValue Constant(double[] values, params ReadOnlySpan<long> shape) =>
        Initializer(OnnxTensor.Of(values, shape));

    public OnnxValue Constant(long[] values) => Initializer(OnnxTensor.Of(values));

    public OnnxValue Constant(IReadOnlyList<string> texts) => Initializer(OnnxTensor.Of(texts));

    public OnnxValue Concat(IReadOnlyList<OnnxValue> columns) =>
        columns.Count == 1 ? columns[0] : Add("Concat", [.. columns], OnnxAttribute.Of("axis", 1));

    /// <returns>The content of an <c>.onnx</c> file.</returns>
    public byte[] ToFile(string name, string description)
    {
        _graph.Write(2, name);
        var model = new ProtoWriter().Write(1, FileVersion).Write(2, "Serverless").Write(3, Engine.Version)
            .Write(6, description).Write(7, _graph);
        model.Write(8, new ProtoWriter().Write(1, "").Write(2, Operators));
        model.Write(8, new ProtoWriter().Write(1, MachineLearning).Write(2, MachineLearningOperators));
        return model.Written.ToArray();
    }

    private OnnxValue Add(
        string op, ReadOnlySpan<OnnxValue> inputs, ReadOnlySpan<ProtoWriter> attributes, string domain)
    {
        var name = Free(op);
        _graph.Write(1, Node(op, inputs, name, attributes, domain));
        return new OnnxValue(this, name);
    }

    private OnnxValue Initializer(ProtoWriter tensor)
    {
        var name = Free("constant");
        _graph.Write(5, tensor.Write(8, name));
        return new OnnxValue(this, name);
    }

    private static ProtoWriter Node(
        string op, ReadOnlySpan<OnnxValue> inputs, string output, ReadOnlySpan<ProtoWriter> attributes, string domain,
        string? second = null)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs) node.Write(1, input.Name);
        node.Write(2, output);
        if (second is not null) node.Write(2, second);
        node.Write(3, output).Write(4, op);
        foreach (var attribute in attributes) node.Write(5, attribute);
        return node.Write(7, domain);
    }

    private static ProtoWriter ValueInfo(string name, OnnxType type, int? columns)
    {
        var shape = new ProtoWriter().Write(1, new ProtoWriter().Write(2, "N"));
        if (columns is { } count) shape.Write(1, new ProtoWriter().Write(1, count));
        var tensor = new ProtoWriter().Write(1, (long)type).Write(2, shape);
        return new ProtoWriter().Write(1, name).Write(2, new ProtoWriter().Write(1, tensor));
    }

    private string Free(string name)
    {
        var free = name;
        for (var i = 1; !_names.Add(free); i++) free = string.Create(CultureInfo.InvariantCulture, $"{name}_{i}");
        return free;
    }
}
