/** The issuer sent its answer here, but another tab had asked. */
export function ElsewherePage() {
  return (
    <main className="page">
      <h1>Signed in</h1>
      <p>
        The tab that asked goes on; close this one. <a href="/">Or open the recordings here</a>
      </p>
    </main>
  );
}
