export default function Home() {
  return <h1>Measured by Next.js</h1>;
}
