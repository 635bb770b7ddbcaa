/** What the console says when nothing was ever ingested: why it is empty, and the command that fills it. */
export function EmptyLake() {
  return (
    <section className="empty">
      <h1>The lake is empty</h1>
      <p>Nothing has been ingested yet, so there is nothing to show. Point Weir at flow logs:</p>
      <pre>
        <code>./weir ingest their-logs/</code>
      </pre>
      <p>
        Folders, files and <code>s3://bucket/prefix</code> all work. This page fills itself as soon as the
        first records are in.
      </p>
    </section>
  );
}
