using System.Text.RegularExpressions;
using Serverless.Functions.Tests.Hosting.Rpc;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>
/// What the official host asks of functions before it runs them. It leaves out a function with a fault and says so only
/// in its log, so that an app starts, looks healthy, and answers 404.
/// </summary>
/// <param name="extensions">Names in the app's extensions.json.</param>
/// <param name="settings">The app's settings.</param>
internal sealed partial class HostRules(IReadOnlySet<string> extensions, IReadOnlyDictionary<string, string> settings)
{
    private static readonly Dictionary<string, string> ExtensionOf = new(StringComparer.OrdinalIgnoreCase)
    {
        ["blobTrigger"] = "AzureStorageBlobs",
        ["blob"] = "AzureStorageBlobs",
        ["queueTrigger"] = "AzureStorageQueues",
        ["queue"] = "AzureStorageQueues",
    };

    private static readonly HashSet<string> BuiltIn =
        new(StringComparer.OrdinalIgnoreCase) { "httpTrigger", "http", "timerTrigger" };

    /// <returns>By function: what the host would refuse it for, what was expected, and what to do.</returns>
    public IReadOnlyList<HostFault> FaultsIn(IReadOnlyList<FunctionDescription> functions)
    {
        var faults = new List<HostFault>();
        foreach (var function in functions)
        {
            faults.AddRange(FaultsOf(function, functions).Select(text => new HostFault(function.Name, text)));
        }

        return faults;
    }

    private IEnumerable<string> FaultsOf(FunctionDescription function, IReadOnlyList<FunctionDescription> all)
    {
        if (!FunctionName().IsMatch(function.Name) || function.Name.Equals("host", StringComparison.OrdinalIgnoreCase))
        {
            yield return "the name is invalid: expected a letter, then at most 127 letters, digits, '_' and '-', "
                + "and not 'host'. Rename it.";
        }

        if (all.Count(f => f.Name.Equals(function.Name, StringComparison.OrdinalIgnoreCase)) > 1)
        {
            yield return "another function has the same name; case does not count. Rename one of them.";
        }

        if (function.ScriptFile.Length == 0) yield return "expected a script file, found none.";
        foreach (var fault in function.Bindings.SelectMany(BindingFaults)) yield return fault;
        foreach (var same in function.Bindings.GroupBy(b => b.Name, StringComparer.OrdinalIgnoreCase))
        {
            if (same.Count() == 1) continue;
            var found = string.Join(" and ", same.Select(b => $"'{b.Name}' ({b.Type})"));
            yield return $"expected bindings whose names differ by more than case, found {found}. "
                + "Rename the parameter or the property.";
        }

        var triggers = function.Bindings.Count(b => b.IsTrigger && b.Direction == BindingInfo.Types.Direction.In);
        if (triggers != 1) yield return $"expected one trigger, found {triggers}.";
        else foreach (var fault in TriggerRules.FaultsOf(function, all)) yield return fault;
    }

    private IEnumerable<string> BindingFaults(Binding binding)
    {
        if (!BindingName().IsMatch(binding.Name))
        {
            yield return $"the binding's name '{binding.Name}' is invalid: expected a letter, then at most 127 letters "
                + "and digits, or $return. Rename it.";
        }

        var isReturn = binding.Name.Equals("$return", StringComparison.OrdinalIgnoreCase);
        if (isReturn && binding.Direction != BindingInfo.Types.Direction.Out)
        {
            yield return $"$return: expected direction out, found {binding.Direction}.";
        }

        var extension = ExtensionOf.GetValueOrDefault(binding.Type, "");
        if (!BuiltIn.Contains(binding.Type) && !extensions.Contains(extension))
        {
            yield return $"'{binding.Name}' has type '{binding.Type}', which neither the host nor extensions.json "
                + "knows. Add the extension's package.";
        }

        if (binding["queueName"] is { } queue && !TriggerRules.IsStorageName(queue))
        {
            yield return $"queue '{queue}': expected 3 to 63 lower-case letters, digits and single hyphens. Rename it.";
        }

        if (binding["connection"] is { } connection && !HasConnection(connection))
        {
            yield return $"'{binding.Name}' names the connection '{connection}', and the app has no such setting. "
                + "Add it.";
        }

        foreach (var (property, value) in binding.Texts)
        {
            foreach (var name in Setting().Matches(value).Select(m => m.Groups[1].Value))
            {
                if (settings.ContainsKey(name)) continue;
                yield return $"'{binding.Name}' has {property} '{value}', and the app has no setting '{name}'. Add it.";
            }
        }
    }

    private bool HasConnection(string name) =>
        settings.Keys.Any(k => k == name || k.StartsWith(name + "__", StringComparison.Ordinal));

    [GeneratedRegex(@"^[a-z][a-z0-9_\-]{0,127}\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FunctionName();

    [GeneratedRegex(@"^([a-zA-Z][a-zA-Z0-9]{0,127}|\$return)\z")]
    private static partial Regex BindingName();

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Setting();
}

/// <summary>Why the host would not run a function, or not as it was meant.</summary>
internal sealed record HostFault(string Function, string Text)
{
    public override string ToString() => $"{Function}: {Text}";
}
