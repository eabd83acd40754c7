using Pulumi;
using Pulumi.AzureNative.EventGrid;
using Pulumi.AzureNative.EventGrid.Inputs;
using Pulumi.Command.Local;

namespace Serverless.Infra;

/// <summary>A blob written to a container calls the function that waits for it.</summary>
internal sealed class DropEvents
{
    /// <summary>Every function with a blob trigger, and the container or the folder of one that it looks at.</summary>
    public static IReadOnlyDictionary<string, string> Subscriptions { get; } = new Dictionary<string, string>(
        StringComparer.Ordinal)
    {
        [FunctionNames.Train] = ContainerNames.Datasets,
        [FunctionNames.PredictFile] = BatchFolders.Inputs,
    };

    public DropEvents(
        Input<string> group,
        DataStorage storage,
        FunctionApp app,
        Command deployment,
        Output<string> subscription,
        TimeProvider clock)
    {
        var topic = new SystemTopic("blob-events", new SystemTopicArgs
        {
            ResourceGroupName = group,
            Source = storage.Account.Id,
            TopicType = "Microsoft.Storage.StorageAccounts",
            Identity = new IdentityInfoArgs { Type = IdentityType.SystemAssigned },
        });
        var role = Roles.OfEvents(topic.Identity.Apply(i => i!.PrincipalId!), storage, subscription);
        foreach (var (function, folder) in Subscriptions)
        {
            _ = new SystemTopicEventSubscription(function, new SystemTopicEventSubscriptionArgs
            {
                ResourceGroupName = group,
                SystemTopicName = topic.Name,
                EventSubscriptionName = function,
                EventDeliverySchema = EventDeliverySchema.EventGridSchema,
                Destination = new WebHookEventSubscriptionDestinationArgs
                {
                    EndpointType = "WebHook",
                    EndpointUrl = BlobWebhook.Url(group, app, function, deployment.Stdout, clock),
                },
                Filter = FilterOf(folder),
                RetryPolicy = new RetryPolicyArgs { MaxDeliveryAttempts = 30, EventTimeToLiveInMinutes = 1440 },

                // With shared keys off, Event Grid can write dead letters only with an identity.
                DeadLetterWithResourceIdentity = new DeadLetterWithResourceIdentityArgs
                {
                    Identity = new EventSubscriptionIdentityArgs
                    {
                        Type = EventSubscriptionIdentityType.SystemAssigned,
                    },
                    DeadLetterDestination = new StorageBlobDeadLetterDestinationArgs
                    {
                        EndpointType = "StorageBlob",
                        ResourceId = storage.Account.Id,
                        BlobContainerName = storage.Containers[DataStorage.DeadLetterContainer].Name,
                    },
                },
            }, new CustomResourceOptions { DependsOn = { role } });
        }

        Topic = topic;
    }

    public SystemTopic Topic { get; }

    /// <summary>
    /// The only filter: the Functions host runs the function for every event that reaches its address, of any type and
    /// container, with a null path where the trigger's does not match. <c>data.api</c> needs none: Azure sends
    /// BlobCreated
    /// for committed blobs only, as long as the account's namespace is flat.
    /// </summary>
    private static EventSubscriptionFilterArgs FilterOf(string folder) => new()
    {
        IncludedEventTypes = { "Microsoft.Storage.BlobCreated" },
        SubjectBeginsWith = SubjectOf(folder),

        // As blob paths are: 'batch/IN' is another folder than the trigger's.
        IsSubjectCaseSensitive = true,
    };

    /// <summary>
    /// How the subjects of its events begin: what a function itself writes beside the folder must not call it.
    /// </summary>
    private static string SubjectOf(string folder) => folder.Split('/', 2) is [var container, var rest]
        ? $"/blobServices/default/containers/{container}/blobs/{rest}/"
        : $"/blobServices/default/containers/{folder}/";
}
