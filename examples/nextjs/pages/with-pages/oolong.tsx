export default function Oolong() {
  return (
    <main>
      <article>Between green and black.</article>
    </main>
  );
}
