<?php
// SPDX-License-Identifier: Apache-2.0
// symfony/mercure as an application uses it, under command of test_symfony.py: one JSON object a
// line on stdin, one JSON answer a line on stdout.
//
//   {"do": "publish", "hub": HUB, "update": UPDATE}  -> {"id"} or {"error": {class, message, status}}
//   {"do": "page", "hub": HUB, "visited": URL, ...}  -> {"url", "link", "cookies": [Set-Cookie, ...]}
//
// HUB: {url, key, token?, publish?, subscribe?, transport?: "native"|"curl", ca?}. A token given as
// such is a StaticTokenProvider's; otherwise each publication makes one by the factory.

declare(strict_types=1);

require_once 'Symfony/Component/Mercure/autoload.php';
require_once 'Twig/autoload.php';

use Symfony\Component\HttpClient\CurlHttpClient;
use Symfony\Component\HttpClient\NativeHttpClient;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\RequestStack;
use Symfony\Component\Mercure\Authorization;
use Symfony\Component\Mercure\Discovery;
use Symfony\Component\Mercure\Hub;
use Symfony\Component\Mercure\HubRegistry;
use Symfony\Component\Mercure\Jwt\FactoryTokenProvider;
use Symfony\Component\Mercure\Jwt\StaticTokenProvider;
use Symfony\Component\Mercure\Jwt\TokenFactoryInterface;
use Symfony\Component\Mercure\Twig\MercureExtension;
use Symfony\Component\Mercure\Update;
use Symfony\Component\WebLink\HttpHeaderSerializer;
use Symfony\Contracts\HttpClient\Exception\HttpExceptionInterface;

/**
 * Stands in for the library's LcobucciFactory, as Debian 12 has no lcobucci/jwt. Its tokens have the
 * same header, the same claims and the same fractional exp.
 */
final class HmacFactory implements TokenFactoryInterface
{
    public function __construct(private string $secret)
    {
    }

    public function create(?array $subscribe = [], ?array $publish = [], array $additionalClaims = []): string
    {
        if (!\array_key_exists('exp', $additionalClaims)) {
            $additionalClaims['exp'] = new DateTimeImmutable('+1 hour');
        }
        $granted = array_filter(['publish' => $publish, 'subscribe' => $subscribe], 'is_array');
        $claims = [];
        foreach ($additionalClaims as $name => $value) {
            if ($value instanceof DateTimeInterface) {
                $value = (float) $value->format('U.u');
            }
            if (null !== $value && 'mercure' !== $name) {
                $claims[$name] = $value;
            }
        }
        $claims['mercure'] = array_merge($granted, $additionalClaims['mercure'] ?? []);

        $signed = self::encode(['typ' => 'JWT', 'alg' => 'HS256']).'.'.self::encode($claims);

        return $signed.'.'.self::base64(hash_hmac('sha256', $signed, $this->secret, true));
    }

    private static function encode(array $part): string
    {
        return self::base64(json_encode($part, \JSON_THROW_ON_ERROR | \JSON_UNESCAPED_SLASHES | \JSON_UNESCAPED_UNICODE));
    }

    private static function base64(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}

function hub(array $given): Hub
{
    $factory = new HmacFactory($given['key']);
    $provider = isset($given['token'])
        ? new StaticTokenProvider($given['token'])
        : new FactoryTokenProvider($factory, $given['subscribe'] ?? [], $given['publish'] ?? []);
    $options = ['timeout' => 20] + (isset($given['ca']) ? ['cafile' => $given['ca']] : []);
    $client = 'curl' === ($given['transport'] ?? 'native') ? new CurlHttpClient($options) : new NativeHttpClient($options);

    return new Hub($given['url'], $provider, $factory, null, $client);
}

function publish(array $command): array
{
    $update = $command['update'];
    try {
        return ['id' => hub($command['hub'])->publish(new Update(
            $update['topics'],
            $update['data'] ?? '',
            $update['private'] ?? false,
            $update['id'] ?? null,
            $update['type'] ?? null,
            $update['retry'] ?? null,
        ))];
    } catch (Throwable $error) {
        $cause = $error->getPrevious();

        return ['error' => [
            'class' => $error::class,
            'message' => $error->getMessage(),
            'status' => $cause instanceof HttpExceptionInterface ? $cause->getResponse()->getStatusCode() : null,
        ]];
    }
}

/**
 * What a controller and its template do: the Link field, the hub's URL with its topics, the cookie.
 * The framework's listeners then move what they left in the request's attributes to the response.
 */
function page(array $command): array
{
    $registry = new HubRegistry(hub($command['hub']));
    $request = Request::create($command['visited']);
    $stack = new RequestStack();
    $stack->push($request);

    (new Discovery($registry))->addLink($request);
    $authorization = new Authorization($registry, $command['cookie_lifetime'] ?? null);
    $url = (new MercureExtension($registry, $authorization, $stack))->mercure($command['topics'] ?? null, array_filter([
        'subscribe' => $command['subscribe'] ?? null,
        'publish' => $command['publish'] ?? null,
        'lastEventId' => $command['last_event_id'] ?? null,
    ], fn ($option) => null !== $option));

    return [
        'url' => $url,
        'link' => (new HttpHeaderSerializer())->serialize($request->attributes->get('_links')->getLinks()),
        'cookies' => array_map('strval', array_values($request->attributes->get('_mercure_authorization_cookies', []))),
    ];
}

while (false !== $line = fgets(\STDIN)) {
    $command = json_decode($line, true, 32, \JSON_THROW_ON_ERROR);
    $answer = match ($command['do']) {
        'publish' => publish($command),
        'page' => page($command),
    };
    fwrite(\STDOUT, json_encode($answer, \JSON_THROW_ON_ERROR | \JSON_UNESCAPED_SLASHES)."\n");
}
