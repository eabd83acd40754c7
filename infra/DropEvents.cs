using Pulumi;
using Pulumi.AzureNative.EventGrid;
using Pulumi.AzureNative.EventGrid.Inputs;
using Pulumi.Command.Local;

namespace Serverless.Infra;

/// <summary>Event Grid subscriptions: a blob created in a container calls the function that processes it.</summary>
internal sealed class DropEvents
{
    /// <summary>Functions with a blob trigger, each with the container or folder that it watches.</summary>
    public static IReadOnlyDictionary<string, string> Subscriptions { get; } = new Dictionary<string, string>(
        StringComparer.Ordinal)
    {
        [FunctionNames.Ingest] = ContainerNames.Datasets,
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

                // Shared keys are disabled, so Event Grid needs an identity to write dead letters.
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
    /// Filters by event type and folder, because the Functions host does not: it runs the function for every event that
    /// reaches its URL, with a null path where the trigger's pattern does not match. <c>data.api</c> needs no filter:
    /// where the account's namespace is flat, Azure sends BlobCreated for committed blobs only.
    /// </summary>
    private static EventSubscriptionFilterArgs FilterOf(string folder) => new()
    {
        IncludedEventTypes = { "Microsoft.Storage.BlobCreated" },
        SubjectBeginsWith = SubjectOf(folder),

        // Blob paths are case-sensitive: 'batch/IN' is not the trigger's folder.
        IsSubjectCaseSensitive = true,
    };

    /// <summary>
    /// Returns the subject prefix of a folder's events. It ends with a slash, so that what a function writes beside its
    /// folder does not call it again.
    /// </summary>
    private static string SubjectOf(string folder) => folder.Split('/', 2) is [var container, var rest]
        ? $"/blobServices/default/containers/{container}/blobs/{rest}/"
        : $"/blobServices/default/containers/{folder}/";
}
